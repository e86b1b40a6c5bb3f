"""A signature is genuine in one spelling, with one algorithm, by a secret of the app; all else is not."""

import base64
import json
from typing import Any

import jwt
import pytest

from services.actions import signatures
from services.actions.signatures import LONGEST, Secret, Signer
from tests.services.actions.forging import (
    CLAIMS,
    HEADER,
    KEY,
    SECRET,
    encoded,
    flaw,
    read,
    signed,
    token,
)

GOOD = token()
HEAD, BODY, TAIL = GOOD.split(".")
DEEP = b"[" * 2500 + b"]" * 2500
ALGORITHMS = ("none", "None", "NONE", "nOnE", "", "HS384", "HS512", "RS256", "ES256", "hs256", "HS256 ")
ODD_ALGORITHMS: tuple[Any, ...] = (None, 256, True, ["HS256"], {"HS256": 1})


def test_a_genuine_signature_holds() -> None:
    assert read(GOOD).nonce == ""


@pytest.mark.parametrize("algorithm", [*ALGORITHMS, *ODD_ALGORITHMS])
def test_no_other_algorithm_is_taken_even_when_it_signed_with_ours(algorithm: Any) -> None:
    assert flaw(token({"alg": algorithm})).step == "algorithm"


@pytest.mark.parametrize("algorithm", ["none", "NONE", "HS256"])
@pytest.mark.parametrize("tail", ["", ".", ".AA", "." + encoded(b"0" * 32)])
def test_nothing_is_taken_unsigned(algorithm: str, tail: str) -> None:
    head = encoded(json.dumps({"alg": algorithm}).encode())
    assert flaw(f"{head}.{BODY}{tail}").step in ("shape", "algorithm", "signature")


@pytest.mark.parametrize(("algorithm", "digest"), [("HS384", "sha384"), ("HS512", "sha512")])
def test_a_longer_hash_is_not_taken_whatever_the_header_calls_it(algorithm: str, digest: str) -> None:
    assert flaw(jwt.encode(CLAIMS, KEY * 2, algorithm)).step == "algorithm"
    assert flaw(signed(f"{HEAD}.{BODY}", KEY, digest)).step == "signature"


def test_a_missing_algorithm_is_not_taken() -> None:
    assert flaw(token({"typ": "JWT"})).step == "algorithm"


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"b64": True},
        {"b64": False, "crit": ["b64"]},
        {"jwk": {"kty": "oct", "k": encoded(b"k" * 32)}},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/chain"},
        {"x5c": ["MIIB"]},
        {"x5t#S256": "AAAA"},
        {"typ": "JWE"},
        {"typ": None},
        {"typ": ["JWT"]},
        {"kid": None},
        {"kid": 7},
        {"kid": ["a"]},
    ],
)
def test_a_header_may_not_steer_the_verification(more: dict[str, Any]) -> None:
    assert flaw(token(HEADER | more)).step == "header"


def test_a_payload_left_out_of_the_token_is_not_taken() -> None:
    detached = signed(f"{encoded(json.dumps(HEADER | {'b64': False, 'crit': ['b64']}).encode())}.")
    assert flaw(detached).step == "shape"


@pytest.mark.parametrize(
    "header",
    [
        b'"HS256"',
        b"[]",
        b"null",
        b"",
        b"{",
        b'{"alg":"HS256"',
        b'{"alg":"none","alg":"HS256"}',
        b'{"alg":"HS256","alg":"HS256"}',
        b'{"alg":"HS256","a":{"b":1,"b":2}}',
        b'{"alg":"HS256","a":NaN}',
        b'{"alg":"HS256","a":' + b"9" * 5000 + b"}",
        b'{"alg":"HS256","a":' + DEEP + b"}",
        b'{"alg":"HS256"}\xff',
        b'\xef\xbb\xbf{"alg":"HS256"}',
        '{"alg":"HS256"}'.encode("utf-16"),
        b'{"alg":"HS256"}{}',
    ],
)
def test_a_header_is_one_plain_json_object(header: bytes) -> None:
    assert flaw(token(header)).step in ("shape", "header")


@pytest.mark.parametrize("kid", ["../../dev/null", "/etc/passwd", "' or 1=1 --", "\0", "é", "x" * 4000, ""])
def test_a_kid_opens_nothing_and_shuts_nothing(kid: str) -> None:
    assert read(token(HEADER | {"kid": kid})).nonce == ""
    assert (
        flaw(token(HEADER | {"kid": kid}, key="another key that is long enough to sign")).step == "signature"
    )


def test_a_kid_picks_which_secret_is_tried_first_and_is_not_trusted() -> None:
    other = Secret("other", "x" * 40, "another")
    named = signatures.parse(token(HEADER | {"kid": SECRET.kid}))
    assert signatures.verify(named, [other, SECRET]) == SECRET
    misnamed = signatures.parse(token(HEADER | {"kid": "other"}))
    assert signatures.verify(misnamed, [other, SECRET]) == SECRET
    tried = []

    class Watched(str):
        def encode(self, *how: str) -> bytes:
            tried.append(str(self))
            return super().encode(*how)

    signatures.verify(named, [Secret("other", Watched("x" * 40), ""), Secret(SECRET.kid, Watched(KEY), "")])
    assert set(tried) == {KEY}


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "...",
        HEAD,
        f"{HEAD}.{BODY}",
        f"{HEAD}.{BODY}.",
        f".{BODY}.{TAIL}",
        f"{HEAD}..{TAIL}",
        f"{GOOD}.",
        f".{GOOD}",
        f"{GOOD}.{TAIL}",
        f"{HEAD}.{BODY}.{BODY}.{TAIL}",
        f"{HEAD}.{BODY}.{TAIL}.AAAA.AAAA",
        f"{GOOD}=",
        f"{GOOD}==",
        f"{HEAD}=.{BODY}.{TAIL}",
        f"{HEAD}.{BODY}==.{TAIL}",
        f"{GOOD}\n",
        f" {GOOD}",
        f"{HEAD}.{BODY} .{TAIL}",
        f"{HEAD}.{BODY}\0.{TAIL}",
        f"{HEAD}.{BODY}!.{TAIL}",
        f"{HEAD}.{BODY}.é{TAIL}",
        f"Bearer {GOOD}",
        GOOD[:-1],
        GOOD.replace(".", "%2E"),
        "ﬀ" * 20 + ".a.b",
        GOOD + "A" * 100_000,
        "A" * 100_000,
        "." * 100_000,
        f"{HEAD}.{encoded(b'x' * 75_000)}.{TAIL}",
    ],
)
def test_what_has_not_the_shape_is_refused_before_anything_is_computed(text: str) -> None:
    assert flaw(text).step == "shape"


def test_a_token_has_one_spelling_only() -> None:
    """The last character of a signature has two bits to spare, which change nothing that is signed."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    others = [GOOD[:-1] + character for character in alphabet if character != GOOD[-1]]
    assert sum(
        base64.urlsafe_b64decode(one[-43:] + "=") == base64.urlsafe_b64decode(TAIL + "=") for one in others
    )
    assert {flaw(one).step for one in others} == {"shape", "signature"}


def test_the_standard_alphabet_is_another_spelling() -> None:
    for number in range(100):
        text = token(payload=CLAIMS | {"jti": f"{number}??>>"})
        other = text.replace("-", "+").replace("_", "/")
        if other != text:
            assert flaw(other).step in ("shape", "signature")
            return
    raise AssertionError("no token had a character to change")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_any_other_segment_is_another_link(place: int) -> None:
    segments = GOOD.split(".")
    segments[place] = token(HEADER | {"a": 1}, CLAIMS | {"action": "decline"}, "other" * 10).split(".")[place]
    assert flaw(".".join(segments)).step == "signature"


def test_the_secret_is_the_whole_key_as_text() -> None:
    bare = KEY.removeprefix("live_api_key_")
    for wrong in (bare, KEY + "\n", KEY.upper(), KEY[:-1]):
        assert flaw(token(key=wrong)).step == "signature"
    raw = base64.urlsafe_b64decode(bare + "=")
    assert flaw(jwt.encode(CLAIMS, raw, "HS256")).step == "signature"


def test_a_secret_too_short_to_be_one_signs_and_verifies_nothing() -> None:
    short = Secret("short", "too short", "")
    with pytest.raises(ValueError):
        Signer(short)
    parsed = signatures.parse(token(key="too short"))
    with pytest.raises(Exception, match="No active API key"):
        signatures.verify(parsed, [short])


def test_no_secret_verifies_nothing() -> None:
    with pytest.raises(Exception, match="No active API key"):
        signatures.verify(signatures.parse(GOOD), [])


def test_what_we_sign_ourselves_holds_and_is_the_same_every_time() -> None:
    signer = Signer(SECRET)
    assert read(signer.sign(CLAIMS)).nonce == ""
    assert signer.sign(CLAIMS) == Signer(SECRET).sign(dict(CLAIMS))
    assert signatures.parse(signer.sign(CLAIMS)).kid == SECRET.kid


def test_as_long_as_allowed_holds() -> None:
    padding = LONGEST
    while len(longest := token(payload=CLAIMS | {"more": "x" * padding})) > LONGEST:
        padding -= 1
    assert read(longest).nonce == ""
