"""Times as a page says them without a script: in one zone, in plain English, never without the zone."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

_RENAMED = {
    "Asmera": "Asmara",
    "Calcutta": "Kolkata",
    "Faeroe": "Faroe",
    "Godthab": "Nuuk",
    "Katmandu": "Kathmandu",
    "Kiev": "Kyiv",
    "Rangoon": "Yangon",
    "Saigon": "Ho Chi Minh City",
}
"""Cities by the names they have now."""


class Moment(Struct, frozen=True):
    """ "Tuesday 24 November 2026", "10:00 – 10:30", "Berlin time (GMT+1)"."""

    day: str
    span: str
    zone: str


def moment(start: datetime, end: datetime, timezone: str) -> Moment:
    """When something is, as somebody in that zone would say it."""
    zone = zone_of(timezone)
    here = start.astimezone(zone)
    span = f"{clock(here)} – {clock(end.astimezone(zone))}".replace(" ", "\u00a0")
    return Moment(f"{day_of(here.date())} {here.year}", span, zone_name(here))


@cache
def zone_of(timezone: str) -> ZoneInfo:
    """The zone of that name; UTC when this machine does not know it."""
    try:
        return ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def clock(here: datetime) -> str:
    return f"{here:%H:%M}"


def day_of(day: date) -> str:
    """ "Tuesday 24 November"."""
    return f"{day:%A} {day.day} {day:%B}"


def zone_name(here: datetime) -> str:
    """The zone by its city, and how far it is from Greenwich at that moment."""
    key = str(here.tzinfo)
    city = key.rpartition("/")[2]
    return "UTC" if key == "UTC" else f"{_RENAMED.get(city, city.replace('_', ' '))} time ({offset(here)})"


def offset(here: datetime) -> str:
    """ "GMT+5:45"."""
    away = here.utcoffset()
    minutes = round(away.total_seconds() / 60) if away else 0
    if not minutes:
        return "GMT"
    hours, rest = divmod(abs(minutes), 60)
    return f"GMT{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")
