"""Signatures of action links: JWTs with HS256 (RFC 7515, 7519), read strictly, verified and made by PyJWT."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import jwt
from jwt.algorithms import HMACAlgorithm
from msgspec import Struct

from services.actions import spelling
from services.actions.flaws import Flaw

LONGEST = 8192
_FORBIDDEN = ("crit", "b64", "jwk", "jku")
_ALGORITHM = "HS256"
_hmac = HMACAlgorithm(HMACAlgorithm.SHA256)
_jws = jwt.PyJWS([_ALGORITHM], {"enforce_minimum_key_length": True})


class Secret(Struct, frozen=True):
    """What may have made a signature: `kid` is how headers name it, `words` what people may know of it."""

    kid: str
    text: str
    words: str


class Token(Struct, frozen=True):
    """A signature in the right shape, by whomever it was made; nothing in it is to be trusted yet."""

    text: str
    payload: bytes
    kid: str | None


def parse(text: str) -> Token:
    """The token that the text spells; Flaw of its shape, header or algorithm."""
    header, payload = _segments(text)
    return Token(text, payload, _kid(header))


def verify(token: Token, secrets: Iterable[Secret]) -> Secret:
    """The secret that made the signature; Flaw when none did.

    The token's kid decides which is tried first, and nothing else.
    """
    for secret in sorted(secrets, key=lambda one: one.kid != token.kid):
        try:
            _jws.decode(token.text, secret.text, [_ALGORITHM])
        except jwt.PyJWTError:
            continue
        return secret
    raise Flaw(
        "signature",
        "No active API key of the app made this signature. The secret is the whole key as a text, from "
        "live_api_key_ on; what is signed is the first two segments as they stand.",
    )


class Signer:
    """Makes many signatures with one secret; the same claims get the same signature."""

    def __init__(self, secret: Secret) -> None:
        self._key = _hmac.prepare_key(secret.text)
        if short := _hmac.check_key_length(self._key):
            raise ValueError(short)
        self._header = spelling.encode(_json({"alg": _ALGORITHM, "kid": secret.kid, "typ": "JWT"}))

    def sign(self, claims: Mapping[str, Any]) -> str:
        """The JWT that makes these claims."""
        signed = f"{self._header}.{spelling.encode(_json(claims))}"
        return f"{signed}.{spelling.encode(_hmac.sign(signed.encode(), self._key))}"


def _segments(text: str) -> tuple[bytes, bytes]:
    """Header and payload of what looks like a JWT."""
    if len(text) > LONGEST:
        raise Flaw("shape", f"It is longer than {LONGEST} characters.")
    segments = text.split(".")
    if len(segments) != 3:
        raise Flaw("shape", f"A JWT has three segments with dots between; this has {len(segments)}.")
    try:
        header, payload, _ = map(spelling.decode, segments)
    except ValueError:
        raise Flaw("shape", "Each segment is base64url without padding, and none is empty.") from None
    return header, payload


def _kid(header: bytes) -> str | None:
    """What the header says of the key, when it says nothing else that matters."""
    try:
        said = spelling.read_object(header)
    except ValueError as error:
        raise Flaw("header", f"The first segment is {error}.") from None
    for name in said:
        if name in _FORBIDDEN or name.startswith("x5"):
            raise Flaw("header", f"The header has {name!r}, which action links must not have.")
    typ, kid = said.get("typ", "JWT"), said.get("kid", "")
    if not (isinstance(typ, str) and typ.upper() == "JWT"):
        raise Flaw("header", "The header's typ must be JWT, or absent.")
    if not isinstance(kid, str):
        raise Flaw("header", "The header's kid must be a text, or absent.")
    if said.get("alg") != _ALGORITHM:
        raise Flaw("algorithm", f"The header's alg must be {_ALGORITHM}, in capitals.")
    return kid or None


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
