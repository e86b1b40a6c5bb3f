"""Links made by hand, segment by segment, so that each may be as wrong as a test wants it."""

import base64
import hmac
import json
from typing import Any

from services.actions import claims, signatures
from services.actions.claims import Claims
from services.actions.flaws import Flaw
from services.actions.signatures import Secret

BOOKING = "01937b6e-5f7a-7c31-9d2e-0c4c6e1f8a52"
OTHER = "01937b6e-5f7a-7c31-9d2e-0c4c6e1f8a53"
KEY = "live_api_key_AaH9XLW5e5mFwyUnNUWFinYIdu0xqTggfapIOxbetHw"
SECRET = Secret("01937b6e-0000-7c31-9d2e-0c4c6e1f8a52", KEY, "the key of this test")
HEADER: dict[str, Any] = {"alg": "HS256", "typ": "JWT"}
CLAIMS: dict[str, Any] = {"booking_id": BOOKING, "action": "cancel"}
NOW = 1_800_000_000.0


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(signed_part: str, key: str = KEY, algorithm: str = "sha256") -> str:
    """The part with its genuine signature behind it."""
    return f"{signed_part}.{encoded(hmac.new(key.encode(), signed_part.encode(), algorithm).digest())}"


def token(header: Any = HEADER, payload: Any = CLAIMS, key: str = KEY) -> str:
    """A signed token; what is bytes already stays as it is, all else is written as JSON."""
    header, payload = (
        part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, payload)
    )
    return signed(f"{encoded(header)}.{encoded(payload)}", key)


def read(text: str, booking_id: str = BOOKING, action: str = "cancel", now: float = NOW) -> Claims:
    """What the link claims, looked at as the service does."""
    parsed = signatures.parse(text)
    signatures.verify(parsed, [SECRET])
    said = claims.read(parsed.payload, booking_id, action)
    claims.check_times(said, now)
    return said


def flaw(text: str, booking_id: str = BOOKING, action: str = "cancel", now: float = NOW) -> Flaw:
    """Why the link does not hold; a link that holds fails the test."""
    try:
        read(text, booking_id, action, now)
    except Flaw as found:
        return found
    raise AssertionError("the link holds")
