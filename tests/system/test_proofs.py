"""A caller's proof: for one piece, for a minute, signed by the piece that it names."""

import base64
import time

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.contracts import tokens
from shared.identity import LIFETIME
from tests.stack import Stack
from tests.system.knocking import REFUSED, ask, private_key

CONSUME = tokens.consume


def _signed(stack: Stack, **changed: object) -> str:
    """What booking sends to tokens, with some claims changed; None leaves one out."""
    raw = base64.urlsafe_b64decode(private_key(stack, "booking") + "=")
    now = int(time.time())
    claims = {"iss": "booking", "aud": "tokens", "iat": now, "exp": now + LIFETIME, **changed}
    given = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(given, Ed25519PrivateKey.from_private_bytes(raw), algorithm="EdDSA")


async def test_a_proof_for_another_piece_is_refused(http: aiohttp.ClientSession, stack: Stack) -> None:
    assert (await ask(http, stack, CONSUME, f"Bearer {_signed(stack)}"))[0] == 400
    for wrong in ("booking", "gateway", "", None, ["booking"]):
        proof = _signed(stack, aud=wrong)
        assert await ask(http, stack, CONSUME, f"Bearer {proof}") == REFUSED


async def test_a_proof_that_has_expired_or_never_would_is_refused(
    http: aiohttp.ClientSession, stack: Stack
) -> None:
    past = int(time.time()) - 1
    for proof in (_signed(stack, exp=past), _signed(stack, exp=None), _signed(stack, nbf=past + 3600)):
        assert await ask(http, stack, CONSUME, f"Bearer {proof}") == REFUSED


async def test_a_forged_proof_is_refused(http: aiohttp.ClientSession, stack: Stack) -> None:
    good = _signed(stack)
    header, payload, signature = good.split(".")
    forger = Ed25519PrivateKey.generate()
    claims = jwt.decode(good, options={"verify_signature": False})
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    public = base64.b64decode(_public_key(stack))
    deep = base64.urlsafe_b64encode(b"[" * 50_000).rstrip(b"=").decode()
    for proof in (
        jwt.encode(claims, forger, algorithm="EdDSA"),
        f"{unsigned}.{payload}.",
        f"{unsigned}.{payload}.{signature}",
        f"{header}.{payload}.{signature[::-1]}",
        f"{header}.{payload}.",
        f"{header}.{payload}",
        f"{header}.{deep}.{signature}",
        f"{deep}.{payload}.{signature}",
        jwt.encode(claims, public, algorithm="HS256"),
        jwt.encode({**claims, "iss": "gateway"}, forger, algorithm="EdDSA"),
        _signed(stack, iss="gateway"),
        _signed(stack, iss="tokens"),
        _signed(stack, iss=None),
        "ü.ü.ü",
    ):
        assert await ask(http, stack, CONSUME, f"Bearer {proof}") == REFUSED


def _public_key(stack: Stack) -> str:
    listed = stack._pieces.processes["tokens"].environment["CALLER_KEYS"].split(",")
    key = next(entry.partition(":")[2] for entry in listed if entry.startswith("booking:"))
    return key.replace("-", "+").replace("_", "/") + "="
