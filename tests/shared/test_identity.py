"""Who calls: a proof is for one piece, for a minute, and from one that is known by its key."""

import base64
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.identity import LIFETIME, Callers, Identity
from tests.eventually import eventually


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


PRIVATE = Ed25519PrivateKey.generate()
ANOTHER = Ed25519PrivateKey.generate()
BOOKING = Identity("booking", _spelled(PRIVATE.private_bytes_raw()))
CALLERS_OF_TOKENS = (
    f"booking:{_spelled(PRIVATE.public_key().public_bytes_raw())},"
    f" gateway:{_spelled(ANOTHER.public_key().public_bytes_raw())}"
)


@pytest.fixture
def tokens() -> Callers:
    return Callers("tokens", CALLERS_OF_TOKENS)


def _signed(key: Ed25519PrivateKey = PRIVATE, **changed: object) -> str:
    now = int(time.time())
    claims = {"iss": "booking", "aud": "tokens", "iat": now, "exp": now + LIFETIME, **changed}
    # As bytes: the library itself would refuse to write some of what has to be refused here.
    return jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm="EdDSA")


def test_a_piece_is_recognised_by_its_own_key(tokens: Callers) -> None:
    assert tokens.recognise(BOOKING.token("tokens")) == "booking"
    gateway = Identity("gateway", _spelled(ANOTHER.private_bytes_raw()))
    assert tokens.recognise(gateway.token("tokens")) == "gateway"


def test_a_proof_lives_a_minute_and_is_used_again_for_half_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first = BOOKING.token("tokens")
    claims = jwt.decode(first, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == LIFETIME
    now = time.time()
    monkeypatch.setattr("shared.identity.time.time", lambda: now + LIFETIME / 2 - 1)
    assert BOOKING.token("tokens") == first
    monkeypatch.setattr("shared.identity.time.time", lambda: now + LIFETIME / 2 + 1)
    assert BOOKING.token("tokens") != first


def test_a_proof_for_one_piece_is_none_for_another(tokens: Callers) -> None:
    assert tokens.recognise(BOOKING.token("actions")) is None
    assert Callers("actions", CALLERS_OF_TOKENS).recognise(BOOKING.token("tokens")) is None


async def test_a_remembered_proof_is_forgotten_when_it_expires(tokens: Callers) -> None:
    proof = _signed(exp=int(time.time()) + 2)
    assert tokens.recognise(proof) == tokens.recognise(proof) == "booking"
    await eventually(lambda: tokens.recognise(proof) is None, within=5)
    assert tokens.recognise(_signed()) == "booking"


def test_a_caller_whose_clock_is_a_little_ahead_is_recognised(tokens: Callers) -> None:
    now = int(time.time())
    assert tokens.recognise(_signed(iat=now + 5, exp=now + 5 + LIFETIME)) == "booking"


def test_nobody_signs_for_another(tokens: Callers) -> None:
    assert tokens.recognise(_signed(ANOTHER)) is None
    assert tokens.recognise(_signed(PRIVATE, iss="gateway")) is None
    assert tokens.recognise(_signed(PRIVATE, iss="workflows")) is None
    for odd in (None, 7, ["booking"], {"name": "booking"}, ""):
        assert tokens.recognise(_signed(PRIVATE, iss=odd)) is None


def test_only_eddsa_counts(tokens: Callers) -> None:
    claims = jwt.decode(_signed(), options={"verify_signature": False})
    public = PRIVATE.public_key().public_bytes_raw()
    assert tokens.recognise(jwt.encode(claims, public, algorithm="HS256")) is None
    assert tokens.recognise(jwt.encode(claims, "", algorithm="none")) is None


def test_a_proof_without_an_end_or_an_audience_is_none(tokens: Callers) -> None:
    now = int(time.time())
    for claims in (
        {"iss": "booking", "aud": "tokens"},
        {"iss": "booking", "exp": now + 60},
        {"aud": "tokens", "exp": now + 60},
        {},
    ):
        assert tokens.recognise(jwt.encode(claims, PRIVATE, algorithm="EdDSA")) is None


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b.c", "é.é.é", "\0", "e30.e30.", "W10.W10.W10", "." * 9000]
)
def test_what_is_no_proof_is_none(tokens: Callers, text: str) -> None:
    assert tokens.recognise(text) is None


def test_a_proof_nested_too_deep_to_read_is_none(tokens: Callers) -> None:
    deep = _spelled(b"[" * 60_000)
    header, payload, signature = _signed().split(".")
    assert tokens.recognise(f"{header}.{deep}.{signature}") is None
    assert tokens.recognise(f"{deep}.{payload}.{signature}") is None


@pytest.mark.parametrize("text", ["", "booking", "booking:", "booking:AAAA", f"booking:{'A' * 44}"])
def test_callers_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Callers("tokens", text)
