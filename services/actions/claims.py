"""What an action link says, once its signature is known to be genuine."""

import math
from collections.abc import Mapping
from typing import Any, get_args
from uuid import UUID

from msgspec import Struct

from services.actions import spelling
from services.actions.flaws import Flaw
from services.actions.signatures import LONGEST
from shared.contracts.bookings import Linkable

LEEWAY = 60
"""Seconds by which clocks may differ."""
LONGEST_NONCE = 255
LINKABLE = frozenset(get_args(Linkable))


class Claims(Struct, frozen=True):
    """What the link may do is in its path, which the claims equal; times are seconds since 1970.

    `nonce` is the link's jti, or empty.
    """

    nonce: str = ""
    redirect: str | None = None
    expires: float | None = None
    not_before: float | None = None
    issued: float | None = None


def read(payload: bytes, booking_id: str, action: str) -> Claims:
    """The claims of a link for this booking and action; Flaw when they are for another, or malformed."""
    try:
        said = spelling.read_object(payload)
    except ValueError as error:
        raise _flaw(f"The payload is {error}.") from None
    if not (is_id(said.get("booking_id")) and said["booking_id"] == booking_id):
        raise _flaw("booking_id must be the booking's id as a text, the same as in the address.")
    if said.get("action") != action:
        raise _flaw("action must be the same as in the address.")
    if action not in LINKABLE:
        raise _flaw(f"action must be one of {', '.join(sorted(LINKABLE))}.")
    return Claims(
        _text(said, "jti", LONGEST_NONCE) or "",
        _text(said, "redirect"),
        *(_time(said, name) for name in ("exp", "nbf", "iat")),
    )


def check_times(claims: Claims, now: float) -> None:
    """Flaw when the link has expired, or is not valid yet."""
    if claims.expires is not None and claims.expires <= now - LEEWAY:
        raise Flaw("times", f"It expired at {claims.expires}; it is {now:.0f} now.", "action_link_expired")
    for name, value in (("nbf", claims.not_before), ("iat", claims.issued)):
        if value is not None and value > now + LEEWAY:
            raise Flaw("times", f"Its {name} is {value}; it is only {now:.0f} now.")


def peek(payload: bytes) -> Mapping[str, Any]:
    """What an unverified payload says, for whoever wants to know why it is not believed."""
    try:
        return spelling.read_object(payload)
    except ValueError:
        return {}


def is_id(value: object) -> bool:
    """Whether it is a UUID as we write them: another spelling is another text."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def _text(said: Mapping[str, Any], name: str, longest: int = LONGEST) -> str | None:
    if name not in said:
        return None
    value = said[name]
    if not isinstance(value, str) or len(value) > longest or not _can_be_kept(value):
        raise _flaw(f"{name} must be a text of at most {longest} characters.")
    return value


def _can_be_kept(text: str) -> bool:
    """Neither a NUL nor half of a surrogate pair: no database and no wire would take them."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _time(said: Mapping[str, Any], name: str) -> float | None:
    if name not in said:
        return None
    value = said[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _flaw(f"{name} must be a number: seconds since 1970.")
    if isinstance(value, float) and not math.isfinite(value):
        raise _flaw(f"{name} is too large a number.")
    return value


def _flaw(words: str) -> Flaw:
    return Flaw("claims", words)
