"""Times of the console, in the zone of who looks: their browser tells it by a cookie, else it is UTC."""

from datetime import date, datetime, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.requests import Request

COOKIE = "bookonce-zone"
"""Written by static/console/zone.js, from the page of signing in on."""


def zone_of(request: Request) -> str:
    """The IANA zone that the browser told, if it is one."""
    told = unquote(request.cookies.get(COOKIE, ""))
    try:
        return ZoneInfo(told).key if told else "UTC"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def said(instant: datetime, zone: str) -> str:
    """Day and time, like 26 Nov 2026, 14:05."""
    there = instant.astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%b %Y, %H:%M}"


def day_said(instant: datetime, zone: str) -> str:
    """The day alone, like 26 Nov 2026."""
    there = instant.astimezone(ZoneInfo(zone))
    return f"{there.day} {there:%b %Y}"


def begins(day: date, zone: str) -> datetime:
    """The first instant of a day there."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))


def ends(day: date, zone: str) -> datetime:
    """The first instant after a day there."""
    return begins(day + timedelta(days=1), zone)
