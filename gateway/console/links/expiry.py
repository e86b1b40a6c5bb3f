"""How long a link shall work, as forms of the console ask for it."""

from datetime import UTC, date, datetime, timedelta

from gateway import reading
from gateway.console import times
from shared.errors import invalid

USUAL = "30"
_DAYS = {str(days): timedelta(days=days) for days in (7, 14, 30, 90)}
"""Besides these: `never`, and `day` with a date of its own, to the end of that day."""


def until(chosen: str, day: str, zone: str) -> datetime | None:
    """The time in UTC, None for never; Refusal that names the field which cannot be used."""
    if chosen == "never":
        return None
    if chosen in _DAYS:
        return datetime.now(UTC) + _DAYS[chosen]
    if chosen != "day":
        raise invalid("until", "must be one of these")
    return _end_of(day, zone)


def _end_of(day: str, zone: str) -> datetime:
    try:
        end = times.ends(date.fromisoformat(day), zone)
    except (ValueError, OverflowError):
        raise invalid("day", "must be a date, like 2026-12-24") from None
    end = reading.utc(end, "day")
    if end <= datetime.now(UTC):
        raise invalid("day", "must not be over")
    return end
