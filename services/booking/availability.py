"""Which times of a booking link are free: opening hours, bookings that stand, notice and horizon.

Inside, an instant is whole seconds since 1970 UTC, a day its number since then, and wall-clock time an
instant plus the zone's offset: integers do not overflow, and no instant is ambiguous.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import get_args
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Struct

from shared.contracts.booking_links import Hours, Schedule, Weekday

Busy = tuple[int, int]
"""Half-open, in whole seconds since 1970 UTC, already including the buffers of the booking that takes it."""

_DAY = 86_400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_EARLIEST = (datetime(2, 1, 1, tzinfo=UTC) - _EPOCH) // _SECOND
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _SECOND
_MARGIN = 3 * _DAY  # Longer than any local date can last, even one that a zone lived through twice.
_PROBE = _DAY  # No zone has changed its offset twice within three days.
_WEEK: tuple[Weekday, ...] = get_args(Weekday)


class Rules(Struct, frozen=True):
    """What decides a booking link's times; `check_schedule` has found nothing wrong with the schedule."""

    schedule: Schedule
    duration_minutes: int
    slot_interval_minutes: int
    buffer_before_minutes: int
    buffer_after_minutes: int
    minimum_notice_minutes: int
    maximum_days_ahead: int


def free_slots(
    rules: Rules, busy: Sequence[Busy], opens: datetime, closes: datetime, now: datetime
) -> list[datetime]:
    """Every start in [opens, closes) that can be booked, in UTC, sorted."""
    return [datetime.fromtimestamp(at, UTC) for at in _free(rules, busy, _ceil(opens), _ceil(closes), now)]


def is_offered(rules: Rules, busy: Sequence[Busy], start: datetime, now: datetime) -> bool:
    """Whether `start`, to the microsecond, is one of the free slots."""
    return any(True for _ in _free(rules, busy, _ceil(start), _floor(start) + 1, now))


def day_window(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """The shortest [opens, closes) that holds every instant of these days, both included, in `zone`.

    Empty when the zone skipped them; years 1 and 9999 are cut off.
    """
    opens, _ = _turn(ZoneInfo(zone), _number(first))
    _, closes = _turn(ZoneInfo(zone), _number(last) + 1)
    return datetime.fromtimestamp(opens, UTC), datetime.fromtimestamp(closes, UTC)


def check_schedule(schedule: Schedule) -> list[tuple[str, str]]:
    """The path of each bad value, and what it must be."""
    wrong, dates = [], set()
    if not known_zone(schedule.timezone):
        wrong.append(("schedule.timezone", "must be the name of a time zone, such as Europe/Berlin"))
    for day, hours in schedule.weekly.items():
        wrong += _check_hours(f"schedule.weekly.{day}", hours)
    for index, override in enumerate(schedule.overrides):
        if override.date in dates:
            wrong.append((f"schedule.overrides[{index}].date", "must not be the date of another override"))
        dates.add(override.date)
        wrong += _check_hours(f"schedule.overrides[{index}].hours", override.hours)
    return wrong


def _check_hours(path: str, hours: list[Hours]) -> Iterator[tuple[str, str]]:
    for index, window in enumerate(hours):
        if window.closes <= window.opens:
            yield f"{path}[{index}]", "must close later than it opens"
        elif index and window.opens < hours[index - 1].closes:
            yield f"{path}[{index}]", "must not open before the hours listed ahead of it have closed"


def known_zone(name: str) -> bool:
    """Whether `name` is an IANA time zone; no path is ever made from it."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    # These three name what a machine is set to, or that it is not set: never a place.
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


def _free(rules: Rules, busy: Sequence[Busy], opens: int, closes: int, now: datetime) -> Iterator[int]:
    zone = ZoneInfo(rules.schedule.timezone)
    last_day = (_floor(now) + _offset(zone, _floor(now))) // _DAY + rules.maximum_days_ahead
    opens = max(opens, _ceil(now) + rules.minimum_notice_minutes * 60, _floor(now) + 1)
    # By then `last_day` is over in every zone: nothing beyond is worth a look.
    closes = min(closes, (last_day + 2) * _DAY)
    first, last = opens - _MARGIN, closes + _MARGIN
    hours = _hours(rules.schedule, range(first // _DAY - 1, min(last // _DAY + 1, last_day) + 1))
    stretches = _stretches(hours, _spans(zone, first, last))
    return _grid(rules, stretches, _untaken(rules, busy, opens, closes))


def _untaken(rules: Rules, busy: Sequence[Busy], opens: int, closes: int) -> list[tuple[int, int]]:
    """The parts of [opens, closes) where a meeting may begin: with its buffers it overlaps nothing busy."""
    before = rules.buffer_before_minutes * 60
    after = (rules.duration_minutes + rules.buffer_after_minutes) * 60
    found, since = [], opens
    for begin, end in sorted(busy):
        until = begin - after + 1
        if since < until:
            found.append((since, min(until, closes)))
        if since < end + before:
            since = end + before
    return [part for part in [*found, (since, closes)] if part[0] < part[1]]


def _grid(
    rules: Rules, stretches: Sequence[tuple[int, int]], untaken: Sequence[tuple[int, int]]
) -> Iterator[int]:
    """The untaken starts whose meeting fits its stretch, counted from where the stretch begins."""
    step, length = rules.slot_interval_minutes * 60, rules.duration_minutes * 60
    for (begin, end), (opens, closes) in _overlaps(stretches, untaken):
        first = begin if begin >= opens else opens + (begin - opens) % step
        yield from range(first, min(closes, end - length + 1), step)


def _overlaps(
    some: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Each of some with each of the others that it overlaps; both ascend, and no two of one list overlap."""
    one = other = 0
    while one < len(some) and other < len(others):
        if some[one][0] < others[other][1] and others[other][0] < some[one][1]:
            yield some[one], others[other]
        if some[one][1] < others[other][1]:
            one += 1
        else:
            other += 1


def _stretches(
    hours: dict[int, list[tuple[int, int]]], spans: Iterable[tuple[int, int, int]]
) -> list[tuple[int, int]]:
    """Unbroken open time, each of one window of one day; a change of the clock may split or repeat it."""
    found: list[tuple[int, int]] = []
    latest = None
    for first, last, offset in spans:
        for day in range((first + offset) // _DAY, (last + offset - 1) // _DAY + 1):
            for window in hours.get(day, ()):
                begin, end = (max(min(day * _DAY + at - offset, last), first) for at in window)
                if latest == (day, window) and found[-1][1] == begin:
                    begin = found.pop()[0]
                if begin < end:
                    found.append((begin, end))
                    latest = day, window
    return found


def _hours(schedule: Schedule, days: range) -> dict[int, list[tuple[int, int]]]:
    """The windows of each day, in seconds of its wall clock."""
    dated = {_number(override.date): _windows(override.hours) for override in schedule.overrides}
    weekly = [_windows(schedule.weekly.get(day, ())) for day in _WEEK]
    return {day: dated.get(day, weekly[(day + _EPOCH.weekday()) % 7]) for day in days}


def _windows(hours: Iterable[Hours]) -> list[tuple[int, int]]:
    return [(_clock(window.opens), _clock(window.closes)) for window in hours]


def _spans(zone: ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """(begin, end, offset) of each part of [first, last) that has one offset."""
    begin, at, offset = first, first, _offset(zone, first)
    while at < last:
        probe = min(at + _PROBE, last)
        if _offset(zone, probe) != offset:
            at += bisect_left(range(at, probe), True, key=lambda second: _offset(zone, second) != offset)
            yield begin, at, offset
            begin, offset = at, _offset(zone, at)
        else:
            at = probe
    yield begin, last, offset


def _turn(zone: ZoneInfo, day: int) -> tuple[int, int]:
    """The first instant on `day` or later, and the end of the last instant before `day`."""
    turn = min(max(day * _DAY, _EARLIEST), _LATEST)
    spans = list(_spans(zone, turn - _MARGIN, turn + _MARGIN))
    first = next(max(begin, turn - offset) for begin, end, offset in spans if end + offset > turn)
    last = next(min(end, turn - offset) for begin, end, offset in spans[::-1] if begin + offset < turn)
    return first, last


def _offset(zone: ZoneInfo, at: int) -> int:
    local = datetime.fromtimestamp(min(max(at, _EARLIEST), _LATEST), zone)
    return (local.utcoffset() or timedelta(0)) // _SECOND


def _clock(text: str) -> int:
    return int(text[:2]) * 3600 + int(text[3:]) * 60


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH.toordinal()


def _floor(at: datetime) -> int:
    return (at - _EPOCH) // _SECOND


def _ceil(at: datetime) -> int:
    return -((_EPOCH - at) // _SECOND)
