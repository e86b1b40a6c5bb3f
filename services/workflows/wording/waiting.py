"""When a wait ends, and what then: pure arithmetic with instants and the days of a calendar."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from msgspec import Struct

MOST = timedelta(days=365)

Then = Literal["go_on", "skip"]


class Length(Struct, frozen=True):
    """So many days, hours and minutes together; days are of the calendar, so that one may have 23 hours."""

    days: int = 0
    hours: int = 0
    minutes: int = 0

    @property
    def about(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


class End(Struct, frozen=True):
    """Until when to wait, never before now; then to go on, or to skip the step after the wait."""

    at: datetime
    then: Then = "go_on"


def check(length: Length) -> str | None:
    """Why nobody can wait so long; None when one can."""
    if min(length.days, length.hours, length.minutes) < 0 or length.about > MOST:
        return f"must be between nothing and {MOST.days} days in all"
    return None


def later(length: Length, now: datetime, zone: tzinfo) -> End:
    """The end of a wait that begins now."""
    return End(_moved(now, length, 1, zone))


def before(length: Length, start: datetime | None, now: datetime, zone: tzinfo) -> End:
    """The end of a wait until some time before a meeting, `1 day` being the same time on the day before.

    When that time has passed, the run goes on at once, unless the meeting has begun or there is none: what
    was to be said before it is then skipped.
    """
    if start is None or start <= now:
        return End(now, "skip")
    return End(max(now, _moved(start, length, -1, zone)))


def after(length: Length, start: datetime | None, now: datetime, zone: tzinfo) -> End:
    """The end of a wait until some time after a meeting's start; at once when that time has passed.

    Without a meeting the step after it is skipped.
    """
    if start is None:
        return End(now, "skip")
    return End(max(now, _moved(start, length, 1, zone)))


def _moved(moment: datetime, length: Length, sign: int, zone: tzinfo) -> datetime:
    """Days keep the time of day in the zone, hours and minutes pass everywhere alike."""
    day = (moment.astimezone(zone) + sign * timedelta(days=length.days)).astimezone(UTC)
    return day + sign * timedelta(hours=length.hours, minutes=length.minutes)
