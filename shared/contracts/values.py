"""Types of single values that several contracts share, with the limits they must keep."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

NO_NUL = r"\A[^\x00]*\Z"
NAME = r"\A[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*\Z"
EMAIL = r"\A\s*[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\s*\Z"
SLUG = r"\A[a-z0-9]+(?:-[a-z0-9]+)*\Z"
HEX_COLOR = r"\A#[0-9a-fA-F]{6}\Z"
WEB_ADDRESS = r"\Ahttps?://[^\s\x00-\x1f\x7f\"'<>]+\Z"
ORIGIN = r"\Ahttps?://[a-z0-9.-]+(?::[0-9]{1,5})?\Z"
CLOCK = r"\A(?:[01][0-9]|2[0-3]):[0-5][0-9]\Z|\A24:00\Z"
RECIPIENT = r"\A(?:customer|host|contact|[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+)\Z"
VISIBLE_ASCII = r"\A[\x21-\x7e]{1,255}\Z"

MEANING = {
    NO_NUL: "must not contain a NUL character",
    NAME: "must be readable text on one line",
    EMAIL: "must be an email address, like dana@example.com",
    SLUG: "may hold lower-case letters, digits and single hyphens between them",
    HEX_COLOR: "must be a colour such as #1a73e8",
    WEB_ADDRESS: "must be a web address starting with https:// or http://",
    ORIGIN: "must be an origin such as https://example.com, in lower case and without a path",
    CLOCK: "must be a time of day such as 09:00, at most 24:00",
    RECIPIENT: "must be customer, host, contact, or an email address",
    VISIBLE_ASCII: "must be 1 to 255 visible ASCII characters",
}
"""What each pattern asks for, in words a caller can act on."""

Instant = Annotated[datetime, Meta(tz=True)]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=NAME, examples=["Dana Reyes"])]
Text = Annotated[str, Meta(max_length=5000, pattern=NO_NUL)]
Label = Annotated[str, Meta(max_length=200, pattern=NO_NUL)]
Email = Annotated[str, Meta(max_length=254, pattern=EMAIL, examples=["dana@example.com"])]
Slug = Annotated[str, Meta(min_length=1, max_length=100, pattern=SLUG, examples=["product-tour"])]
Color = Annotated[str, Meta(pattern=HEX_COLOR, examples=["#1a73e8"])]
WebAddress = Annotated[
    str, Meta(max_length=2000, pattern=WEB_ADDRESS, examples=["https://example.com/logo.svg"])
]
Origin = Annotated[str, Meta(max_length=253, pattern=ORIGIN, examples=["https://example.com"])]
Clock = Annotated[str, Meta(pattern=CLOCK, examples=["09:00"])]
Zone = Annotated[str, Meta(min_length=1, max_length=64, pattern=NO_NUL, examples=["Europe/Berlin"])]
IdempotencyKey = Annotated[str, Meta(pattern=VISIBLE_ASCII, examples=["deal-4711"])]
Limit = Annotated[int, Meta(ge=1, le=200)]


class Once(Struct, frozen=True):
    """An idempotency key and a digest of the body it came with."""

    key: IdempotencyKey
    fingerprint: str
