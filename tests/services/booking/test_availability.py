"""The times a booking link offers: first in examples, then against someone who walks the clock."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from math import gcd
from typing import Any, get_args
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.booking.availability import (
    Busy,
    Rules,
    check_schedule,
    day_window,
    free_slots,
    is_offered,
    known_zone,
)
from shared.contracts.booking_links import Hours, Override, Schedule, Weekday

WEEK: tuple[Weekday, ...] = get_args(Weekday)
Question = tuple[Rules, list[Busy], datetime, datetime, datetime]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def hours(*windows: str) -> list[Hours]:
    return [Hours(*window.split("-")) for window in windows]


def daily(zone: str, *windows: str, overrides: dict[str, list[Hours]] | None = None) -> Schedule:
    dated = [Override(date.fromisoformat(day), listed) for day, listed in (overrides or {}).items()]
    return Schedule(zone, {day: hours(*windows) for day in WEEK}, dated)


def rules(schedule: Schedule, minutes: int = 60, **changed: int) -> Rules:
    others: dict[str, Any] = {
        "slot_interval_minutes": minutes,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 0,
        "minimum_notice_minutes": 0,
        "maximum_days_ahead": 30,
    }
    return Rules(schedule, minutes, **others | changed)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def taken(begin: str, end: str) -> Busy:
    return second(utc(begin)), second(utc(end))


def second(at: datetime) -> int:
    """The whole second since 1970 that it lies in."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)


def slots(asked: Rules, day: str, zone: str = "", busy: Sequence[Busy] = (), now: str = "") -> list[str]:
    """The free times of a visitor's day as "day hour:minute" in UTC, asked a day ahead if not at `now`."""
    only = date.fromisoformat(day)
    opens, closes = day_window(only, only, zone or asked.schedule.timezone)
    found = free_slots(asked, busy, opens, closes, utc(now) if now else opens - DAY)
    return [f"{at:%d %H:%M}" for at in found]


# What a host's hours mean


def test_a_window_is_cut_into_slots_that_end_before_it_closes() -> None:
    asked = rules(daily("Europe/Berlin", "09:00-10:20"), 30, slot_interval_minutes=15)
    assert slots(asked, "2026-11-23") == ["23 08:00", "23 08:15", "23 08:30", "23 08:45"]


def test_slots_count_from_the_opening_not_from_the_full_hour() -> None:
    assert slots(rules(daily("UTC", "09:10-11:10")), "2026-11-23") == ["23 09:10", "23 10:10"]


def test_the_grid_does_not_move_with_the_moment_of_asking() -> None:
    asked = rules(daily("UTC", "09:00-12:00"), 40)
    assert slots(asked, "2026-11-23", now="2026-11-23 09:10") == ["23 09:40", "23 10:20", "23 11:00"]


def test_each_weekday_has_its_own_hours_and_a_missing_one_is_closed() -> None:
    asked = rules(Schedule("UTC", {"monday": hours("09:00-10:00"), "sunday": hours("15:00-16:00")}))
    found = free_slots(asked, [], utc("2026-11-23"), utc("2026-11-30"), utc("2026-11-22"))
    assert found == [utc("2026-11-23 09:00"), utc("2026-11-29 15:00")]


def test_an_override_replaces_its_weekday() -> None:
    special = {"2026-11-23": hours("18:00-19:00"), "2026-11-24": []}
    asked = rules(daily("UTC", "09:00-10:00", overrides=special))
    assert slots(asked, "2026-11-23") == ["23 18:00"]
    assert slots(asked, "2026-11-24") == []
    assert slots(asked, "2026-11-25") == ["25 09:00"]


def test_windows_that_touch_stay_separate() -> None:
    asked = rules(daily("UTC", "09:00-10:00", "10:00-11:00"), 40)
    assert slots(asked, "2026-11-23") == ["23 09:00", "23 10:00"]


def test_a_day_may_close_at_midnight_and_no_meeting_crosses_it() -> None:
    schedule = daily("UTC", "00:00-01:00", "23:00-24:00")
    assert slots(rules(schedule), "2026-11-23") == ["23 00:00", "23 23:00"]
    assert slots(rules(schedule, 61), "2026-11-23") == []


def test_a_zone_may_be_off_by_a_quarter_of_an_hour() -> None:
    assert slots(rules(daily("Asia/Kathmandu", "09:00-11:00")), "2026-11-23") == ["23 03:15", "23 04:15"]


def test_a_visitor_sees_the_hosts_times_on_the_visitors_own_day() -> None:
    asked = rules(daily("America/New_York", "09:00-11:00", "19:00-21:00"))
    assert slots(asked, "2026-11-24", zone="Asia/Tokyo") == [
        "23 15:00",
        "24 00:00",
        "24 01:00",
        "24 14:00",
    ]
    assert slots(asked, "2026-11-25", zone="Asia/Tokyo") == ["24 15:00", "25 00:00", "25 01:00", "25 14:00"]


def test_the_range_asked_for_includes_its_beginning_and_not_its_end() -> None:
    asked, now = rules(daily("UTC", "09:00-12:00")), utc("2026-11-22")
    nine, ten, moment = utc("2026-11-23 09:00"), utc("2026-11-23 10:00"), timedelta(microseconds=1)
    assert free_slots(asked, [], nine, ten, now) == [nine]
    assert free_slots(asked, [], nine + moment, ten + moment, now) == [ten]
    assert free_slots(asked, [], ten, nine, now) == []


# When clocks change


def test_the_hour_that_spring_skips_is_not_offered_and_the_window_goes_on_after_it() -> None:
    window = daily("America/New_York", "01:00-04:00")
    assert slots(rules(window), "2026-03-08") == ["08 06:00", "08 07:00"]
    assert slots(rules(window, 90, slot_interval_minutes=30), "2026-03-08") == ["08 06:00", "08 06:30"]
    assert slots(rules(daily("America/New_York", "02:00-03:00"), 5), "2026-03-08") == []


def test_the_hour_that_autumn_repeats_is_open_twice() -> None:
    assert slots(rules(daily("America/New_York", "01:00-02:00")), "2026-11-01") == ["01 05:00", "01 06:00"]
    whole = rules(daily("America/New_York", "00:00-24:00"))
    assert len(slots(whole, "2026-11-01")) == 25


def test_a_window_that_autumn_splits_is_two_stretches_each_with_its_own_grid() -> None:
    asked = rules(daily("America/New_York", "00:40-01:30"), 20)
    assert slots(asked, "2026-11-01") == ["01 04:40", "01 05:00", "01 06:00"]


def test_a_clock_may_change_by_half_an_hour() -> None:
    assert slots(rules(daily("Australia/Lord_Howe", "01:00-03:00"), 30), "2026-10-04") == [
        "03 14:30",
        "03 15:00",
        "03 15:30",
    ]
    asked = rules(daily("Australia/Lord_Howe", "01:00-02:00"), 30)
    assert slots(asked, "2026-04-05") == ["04 14:00", "04 14:30", "04 15:00"]


def test_the_day_that_apia_skipped_has_no_slots() -> None:
    asked = rules(daily("Pacific/Apia", "09:00-10:00", overrides={"2011-12-30": hours("00:00-24:00")}))
    assert slots(asked, "2011-12-29") == ["29 19:00"]
    assert slots(asked, "2011-12-30") == []
    assert slots(asked, "2011-12-31") == ["30 19:00"]


def test_a_date_that_returns_after_midnight_opens_again() -> None:
    asked = rules(daily("America/St_Johns", "23:00-24:00"), 30)
    opens, closes = day_window(date(2010, 11, 6), date(2010, 11, 6), "America/St_Johns")
    found = [f"{at:%d %H:%M}" for at in free_slots(asked, [], opens, closes, opens)]
    assert found == ["07 01:30", "07 02:00", "07 02:31"]


# What stands in the way


def test_a_meeting_with_its_buffers_may_touch_what_is_busy_but_not_overlap_it() -> None:
    asked = rules(daily("UTC", "09:00-14:00"), 30, buffer_before_minutes=15, buffer_after_minutes=30)
    busy = taken("2026-11-23 10:30", "2026-11-23 12:15")
    assert slots(asked, "2026-11-23", busy=[busy]) == [
        "23 09:00",
        "23 09:30",
        "23 12:30",
        "23 13:00",
        "23 13:30",
    ]
    longer = (busy[0] - 1, busy[1] + 1)
    assert slots(asked, "2026-11-23", busy=[longer]) == ["23 09:00", "23 13:00", "23 13:30"]


def test_bookings_may_come_in_any_order() -> None:
    late, early = ("2026-11-23 11:00", "2026-11-23 12:00"), ("2026-11-23 09:00", "2026-11-23 10:00")
    busy = [taken(*late), taken(*early)]
    assert slots(rules(daily("UTC", "09:00-13:00")), "2026-11-23", busy=busy) == ["23 10:00", "23 12:00"]


def test_a_short_booking_inside_a_long_one_does_not_hide_it() -> None:
    long, short = ("2026-11-23 09:00", "2026-11-23 12:00"), ("2026-11-23 09:15", "2026-11-23 09:30")
    busy = [taken(*short), taken(*long)]
    assert slots(rules(daily("UTC", "09:00-13:00")), "2026-11-23", busy=busy) == ["23 12:00"]


def test_notice_is_kept_to_the_microsecond_and_the_present_is_too_late() -> None:
    asked = rules(daily("UTC", "09:00-12:00"), minimum_notice_minutes=120)
    assert slots(asked, "2026-11-23", now="2026-11-23 08:00") == ["23 10:00", "23 11:00"]
    assert slots(asked, "2026-11-23", now="2026-11-23 08:00:00.000001") == ["23 11:00"]
    at_once = rules(daily("UTC", "09:00-12:00"))
    assert slots(at_once, "2026-11-23", now="2026-11-23 09:59:59.999999") == ["23 10:00", "23 11:00"]
    assert slots(at_once, "2026-11-23", now="2026-11-23 10:00") == ["23 11:00"]


def test_the_horizon_counts_the_hosts_dates() -> None:
    asked = rules(daily("Asia/Tokyo", "00:00-01:00", "23:00-24:00"), maximum_days_ahead=1)
    found = free_slots(asked, [], utc("2026-11-22"), utc("2026-11-30"), utc("2026-11-22 15:30"))
    assert found == [utc("2026-11-23 14:00"), utc("2026-11-23 15:00"), utc("2026-11-24 14:00")]


def test_only_the_exact_instant_is_offered() -> None:
    asked, now, start = rules(daily("UTC", "09:00-11:00")), utc("2026-11-23"), utc("2026-11-23 09:00")
    assert is_offered(asked, [], start, now)
    assert is_offered(asked, [], start.astimezone(ZoneInfo("Asia/Tokyo")), now)
    for off in (timedelta(microseconds=1), timedelta(seconds=1), MINUTE):
        assert not is_offered(asked, [], start + off, now)
        assert not is_offered(asked, [], start - off, now)
    assert not is_offered(asked, [(second(start), second(start) + 60)], start, now)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Adak"])
@pytest.mark.parametrize("far", ["0001-01-01", "0002-01-01", "9999-01-01", "9999-12-31 23:59"])
def test_the_ends_of_the_calendar_are_never_offered(zone: str, far: str) -> None:
    asked, now = rules(daily(zone, "00:00-24:00")), utc("2026-11-23")
    assert not is_offered(asked, [], utc(far), now)
    ends = utc("0001-01-01"), utc("9999-12-31 23:59:59.999999")
    assert free_slots(asked, [(second(ends[0]), second(ends[1]) + 1)], *ends, now) == []
    assert len(free_slots(asked, [], *ends, now)) in range(30 * 24, 31 * 24 + 1)
    assert len(free_slots(asked, [], *ends, utc(far))) <= 31 * 24


# A visitor's days


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes"),
    [
        ("America/New_York", "2026-11-01", "2026-11-01 04:00", "2026-11-02 05:00"),
        ("Asia/Beirut", "2026-03-29", "2026-03-28 22:00", "2026-03-29 21:00"),  # starts at 01:00
        ("America/Toronto", "1919-03-31", "1919-03-31 04:30", "1919-04-01 04:00"),  # starts at 00:30
        ("America/Toronto", "1919-03-30", "1919-03-30 05:00", "1919-03-31 04:30"),  # ends at 23:30
        ("Asia/Beirut", "2026-10-24", "2026-10-23 21:00", "2026-10-24 22:00"),  # 23:00 to 24:00 twice
        ("Asia/Beirut", "2026-10-25", "2026-10-24 22:00", "2026-10-25 22:00"),
        ("America/St_Johns", "2010-11-06", "2010-11-06 02:30", "2010-11-07 03:30"),  # and returns
        ("America/St_Johns", "2010-11-07", "2010-11-07 02:30", "2010-11-08 03:30"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30 10:00", "2011-12-30 10:00"),  # never was
        ("Africa/Monrovia", "1971-06-01", "1971-06-01 00:44:30", "1971-06-02 00:44:30"),
    ],
)
def test_a_visitors_day_lasts_from_its_first_instant_to_its_last(
    zone: str, day: str, opens: str, closes: str
) -> None:
    only = date.fromisoformat(day)
    assert day_window(only, only, zone) == (utc(opens), utc(closes))


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Adak"])
def test_a_window_at_the_ends_of_the_calendar_is_still_a_window(zone: str) -> None:
    opens, closes = day_window(date.min, date.max, zone)
    assert opens.year <= 2
    assert closes.year >= 9998


# What a schedule must be


def test_a_good_schedule_has_nothing_wrong() -> None:
    schedule = daily("Europe/Berlin", "00:00-09:00", "09:00-24:00", overrides={"2026-11-23": []})
    assert check_schedule(schedule) == []


def test_what_is_wrong_with_a_schedule_is_named_by_its_path() -> None:
    schedule = Schedule(
        "Europe/Atlantis",
        {"monday": hours("09:00-10:00", "09:59-12:00"), "friday": hours("10:00-10:00", "24:00-24:00")},
        [
            Override(date(2026, 11, 23), hours("13:00-14:00", "09:00-10:00")),
            Override(date(2026, 11, 24), []),
            Override(date(2026, 11, 23), hours("12:00-09:00")),
        ],
    )
    assert [path for path, _ in check_schedule(schedule)] == [
        "schedule.timezone",
        "schedule.weekly.monday[1]",
        "schedule.weekly.friday[0]",
        "schedule.weekly.friday[1]",
        "schedule.overrides[0].hours[1]",
        "schedule.overrides[2].date",
        "schedule.overrides[2].hours[0]",
    ]


def test_a_place_is_a_zone() -> None:
    places = ["Europe/Berlin", "UTC", "America/Argentina/Ushuaia", "Asia/Kolkata", "Etc/GMT+5"]
    assert all(known_zone(name) for name in places)


def test_a_path_or_a_setting_is_no_zone() -> None:
    paths = ["", ".", "..", "/", "Europe", "Europe/", "/Europe/Berlin", "Europe/../UTC", "../../etc/passwd"]
    files = ["localtime", "posixrules", "Factory", "tzdata.zi", "zone.tab", "posix/UTC", "right/UTC"]
    words = ["Europe/Atlantis", "europe/berlin", " UTC", "UTC ", "UTC\0", "\0", "\ud800", "x" * 100_000]
    assert [name for name in paths + files + words if known_zone(name)] == []


# Against someone who walks the clock

ZONES = sorted(zone for zone in available_timezones() if known_zone(zone))
ODD_CHANGES = [
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1995, 1, 1)),
    ("America/St_Johns", date(2010, 11, 7)),
    ("America/St_Johns", date(2010, 3, 14)),
    ("America/Nuuk", date(2026, 10, 24)),
    ("America/Havana", date(2026, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Asia/Pyongyang", date(2018, 5, 5)),
    ("Antarctica/Troll", date(2026, 3, 29)),
    ("Antarctica/Troll", date(2026, 10, 25)),
]


@cache
def changes(zone: str, year: int) -> list[date]:
    days = [datetime(year, 1, 1, tzinfo=UTC) + number * DAY for number in range(366)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [days[i].date() for i in range(365) if offsets[i] != offsets[i + 1]]


@st.composite
def places(draw: st.DrawFn) -> tuple[str, date]:
    """A zone, and a day in it: mostly one near a change of its clock."""
    if draw(st.booleans()):
        return draw(st.sampled_from(ODD_CHANGES))
    zone, day = draw(st.sampled_from(ZONES)), draw(st.dates(date(1973, 1, 1), date(2040, 12, 31)))
    return zone, draw(st.sampled_from(changes(zone, day.year) or [day]))


def moments(*minutes: int) -> st.SearchStrategy[timedelta]:
    """One of these many minutes, or anything between them; sometimes a little more."""
    whole = st.sampled_from(minutes) | st.integers(minutes[0], minutes[-1])
    more = st.sampled_from([0, 0, 0, 1, 1_000_000, 59_999_999])
    return st.builds(lambda many, little: many * MINUTE + timedelta(microseconds=little), whole, more)


@st.composite
def some_hours(draw: st.DrawFn) -> list[Hours]:
    """Windows that may touch, of any minute, with a taste for the small hours and for midnight."""
    minute = st.sampled_from([0, 1, 30, 60, 90, 120, 150, 180, 240, 1380, 1440]) | st.integers(0, 1440)
    cuts = [f"{at // 60:02}:{at % 60:02}" for at in sorted(draw(st.sets(minute, min_size=2, max_size=6)))]
    open_or_not = st.sampled_from([True, True, True, False])
    return [Hours(opens, closes) for opens, closes in pairwise(cuts) if draw(open_or_not)]


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """What `free_slots` may be asked, around one day."""
    zone, day = draw(places())
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    near = st.integers(-2, 2).map(lambda number: day + number * DAY)
    special = draw(st.dictionaries(near, some_hours(), max_size=2))
    usual, other = draw(some_hours()), draw(some_hours())
    weekly = {name: draw(st.sampled_from([usual, usual, usual, other])) for name in WEEK}
    minutes, buffers = st.sampled_from([1, 5, 15, 30, 60]), st.sampled_from([0, 0, 0, 10, 45, 1440])
    asked = rules(
        Schedule(zone, weekly, [Override(*pair) for pair in special.items()]),
        draw(minutes | st.sampled_from([20, 100, 600, 1440])),
        slot_interval_minutes=draw(minutes | st.integers(1, 200)),
        buffer_before_minutes=draw(buffers),
        buffer_after_minutes=draw(buffers),
        minimum_notice_minutes=draw(st.sampled_from([0, 0, 0, 1, 600, 2000])),
        maximum_days_ahead=draw(st.integers(1, 4)),
    )
    opens = midnight + draw(moments(-1440, -600, -60, 0, 720))
    closes = opens + draw(moments(0, 1440, 1800))
    now = opens - draw(moments(-600, 0, 600, 1440, 3000))
    begins = moments(-1440, 0, 600, 2880).map(lambda after: second(midnight + after))
    lengths = st.integers(1, 300).map(lambda length: length * 60)
    meetings = draw(st.lists(st.tuples(begins, lengths), max_size=6))
    return asked, [(begin, begin + length) for begin, length in meetings], opens, closes, now


def open_window(schedule: Schedule, local: datetime) -> tuple[date, int] | None:
    """Which window is open at that wall-clock time: its date, and its place in the day."""
    today = local.date()
    special = [override.hours for override in schedule.overrides if override.date == today]
    clock = f"{local.hour:02}:{local.minute:02}"
    for index, window in enumerate(special[0] if special else schedule.weekly.get(WEEK[today.weekday()], [])):
        if window.opens <= clock < window.closes:
            return today, index
    return None


def walk(asked: Rules, busy: list[Busy], opens: datetime, closes: datetime, now: datetime) -> list[datetime]:
    """Every free slot, found minute by minute (in finer steps where the zone's offset has seconds)."""
    zone = ZoneInfo(asked.schedule.timezone)
    offsets = [at.astimezone(zone).utcoffset() or timedelta(0) for at in (opens - 3 * DAY, closes + 2 * DAY)]
    step = timedelta(seconds=gcd(60, *(int(offset.total_seconds()) for offset in offsets)))
    at = datetime(opens.year, opens.month, opens.day, tzinfo=UTC) - 2 * DAY
    windows: dict[datetime, tuple[date, int] | None] = {}
    while at < closes + DAY:
        windows[at] = open_window(asked.schedule, at.astimezone(zone))
        at += step
    length, interval = asked.duration_minutes * MINUTE, asked.slot_interval_minutes * MINUTE
    found = []
    for at, window in windows.items():
        if window is None or at >= closes:
            continue
        if windows.get(at - step) != window:
            begun = at
        if (
            at >= opens
            and (at - begun) % interval == timedelta(0)
            and at > now
            and at >= now + asked.minimum_notice_minutes * MINUTE
            and (window[0] - now.astimezone(zone).date()).days <= asked.maximum_days_ahead
            and all(windows[at + number * step] == window for number in range(length // step))
        ):
            first = second(at - asked.buffer_before_minutes * MINUTE)
            last = second(at + length + asked.buffer_after_minutes * MINUTE)
            if not any(begin < last and first < end for begin, end in busy):
                found.append(at)
    return found


MONROVIA: Question = (  # its offset had seconds until that day
    rules(daily("Africa/Monrovia", "00:00-01:30", "23:00-24:00"), 20),
    [taken("1972-01-06 23:50", "1972-01-07 00:00")],
    utc("1972-01-06 12:00"),
    utc("1972-01-07 12:00"),
    utc("1972-01-06 12:00"),
)


@settings(deadline=None, max_examples=200)
@given(questions())
@example(MONROVIA)
def test_the_slots_are_those_a_walk_through_the_minutes_finds(
    question: Question,
) -> None:
    asked, busy, opens, closes, now = question
    assert check_schedule(asked.schedule) == []
    expected = walk(*question)
    assert free_slots(*question) == expected
    at = opens.replace(second=0, microsecond=0) + MINUTE
    while at < closes:
        assert is_offered(asked, busy, at, now) == (at in expected)
        at += 97 * MINUTE
    assert all(is_offered(asked, busy, at, now) for at in expected[:5])


@settings(deadline=None, max_examples=200)
@given(places(), st.integers(-2, 2), st.integers(0, 2))
def test_a_visitors_days_are_those_a_walk_through_the_minutes_finds(
    place: tuple[str, date], shift: int, more: int
) -> None:
    zone, first = place[0], place[1] + shift * DAY
    last = first + more * DAY
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    minutes = [midnight + number * MINUTE for number in range(-26 * 60, (26 + 24 * (more + 1)) * 60)]
    inside = [at for at in minutes if first <= at.astimezone(ZoneInfo(zone)).date() <= last]
    opens, closes = day_window(first, last, zone)
    assert (opens, closes) == (inside[0], inside[-1] + MINUTE) if inside else opens == closes
