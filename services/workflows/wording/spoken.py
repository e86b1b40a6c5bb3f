"""Values as a message says them: for people in plain English, for programs as JSON has them."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

from babel.dates import format_datetime
from babel.numbers import format_currency, get_currency_precision

LONGEST = 5000
"""Characters of one value; what is longer is cut."""
_DEEPEST = 4
_MOST_MEMBERS = 100
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def to_people(value: object) -> str:
    """ "Tuesday, 24 November 2026, 10:00 (Europe/Berlin)", "yes", "a, b"; nothing of what is absent."""
    return cut(_said(value, _DEEPEST), LONGEST)


def to_programs(value: object) -> str:
    """The same, but an instant as RFC 3339 in UTC, and true and false as JSON has them."""
    if isinstance(value, datetime):
        return instant(value)
    return str(value).lower() if isinstance(value, bool) else to_people(value)


def cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"


def printable(text: str) -> str:
    """The text without control characters, its lines ending in `\\n`."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def part(moment: datetime, pattern: str) -> str:
    """A part of a moment in its own zone, by a CLDR pattern."""
    return format_datetime(moment, pattern, locale="en")


def instant(moment: datetime) -> str:
    """RFC 3339, in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def price(amount: int, currency: str) -> str:
    """ "€40.00", "¥5,000": minor units in words."""
    units = Decimal(amount).scaleb(-get_currency_precision(currency))
    return format_currency(units, currency, locale="en").replace(currency, f"{currency}\u00a0")


def _said(value: object, depth: int) -> str:
    match value:
        case str():
            return printable(value[: LONGEST + 1])
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return _number(value)
        case datetime():
            return f"{part(value, 'EEEE, d MMMM y, HH:mm')} ({value.tzinfo})"
        case Mapping() if depth > 0:
            pairs = islice(value.items(), _MOST_MEMBERS)
            said = (f"{_said(key, 1)}: {_said(member, depth - 1)}" for key, member in pairs)
            return " ".join(", ".join(said).split())
        case list() | tuple() if depth > 0:
            return ", ".join(_said(member, depth - 1) for member in value[:_MOST_MEMBERS])
        case _:
            return ""


def _number(value: int | float) -> str:
    """Whole numbers without a fraction; those that no computer counts with are not said."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value) if value.bit_length() <= 64 else ""
