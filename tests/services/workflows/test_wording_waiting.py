"""Waits: when they end, over a change of clocks, and what happens when that time has passed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.workflows.wording.waiting import End, Length, after, before, check, later

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_wait_ends_so_much_later() -> None:
    assert later(Length(minutes=90), NOW, BERLIN) == End(utc(2026, 11, 20, 9, 30))
    assert later(Length(days=1, hours=2, minutes=3), NOW, BERLIN) == End(utc(2026, 11, 21, 10, 3))
    assert later(Length(), NOW, BERLIN) == End(NOW)


def test_before_and_after_are_counted_from_the_start() -> None:
    assert before(Length(hours=2), START, NOW, BERLIN) == End(utc(2026, 11, 24, 7, 0))
    assert before(Length(days=1), START, NOW, BERLIN) == End(utc(2026, 11, 23, 9, 0))
    assert after(Length(minutes=30), START, NOW, BERLIN) == End(utc(2026, 11, 24, 9, 30))


@pytest.mark.parametrize(
    ("start", "day_before"),
    [
        (utc(2026, 3, 29, 8, 0), utc(2026, 3, 28, 9, 0)),  # clocks went forward in the night between
        (utc(2026, 10, 25, 9, 0), utc(2026, 10, 24, 8, 0)),  # and back
    ],
)
def test_a_day_before_is_the_same_time_of_day_also_over_a_change_of_clocks(
    start: datetime, day_before: datetime
) -> None:
    assert start.astimezone(BERLIN).time() == day_before.astimezone(BERLIN).time()
    now = start - timedelta(days=9)
    assert before(Length(days=1), start, now, BERLIN) == End(day_before)
    assert before(Length(hours=24), start, now, BERLIN) == End(start - timedelta(hours=24))
    assert later(Length(days=1), day_before, BERLIN) == End(start)


def test_a_time_of_day_that_the_clocks_leave_out_is_an_hour_later() -> None:
    assert later(Length(days=1), utc(2026, 3, 28, 1, 30), BERLIN) == End(utc(2026, 3, 29, 1, 30))


def test_what_was_to_be_before_a_meeting_is_at_once_when_late_and_skipped_when_too_late() -> None:
    late, begun = START - timedelta(minutes=5), START + timedelta(seconds=1)
    assert before(Length(hours=2), START, late, BERLIN) == End(late)
    assert before(Length(hours=2), START, begun, BERLIN) == End(begun, "skip")
    assert before(Length(hours=2), START, START, BERLIN) == End(START, "skip")


def test_what_was_to_be_after_a_meeting_is_at_once_when_late() -> None:
    assert after(Length(hours=2), START, START + timedelta(days=3), BERLIN) == End(START + timedelta(days=3))


def test_without_a_meeting_there_is_no_before_and_no_after() -> None:
    assert before(Length(hours=2), None, NOW, BERLIN) == End(NOW, "skip")
    assert after(Length(hours=2), None, NOW, BERLIN) == End(NOW, "skip")


def test_nobody_waits_longer_than_a_year() -> None:
    assert check(Length(days=365)) is None
    assert check(Length(days=365, minutes=1)) is not None
    assert check(Length(hours=8761)) is not None
    assert check(Length(days=-1, hours=48)) is not None


MOMENTS = st.integers(0, 30_000_000).map(lambda minutes: utc(2020, 1, 1) + timedelta(minutes=minutes))
LENGTHS = st.builds(
    Length, days=st.integers(0, 100), hours=st.integers(0, 2000), minutes=st.integers(0, 9999)
)


@settings(deadline=None)
@given(LENGTHS, MOMENTS, MOMENTS, st.sampled_from(["Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe"]))
def test_no_wait_ends_before_now(length: Length, start: datetime, now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    for end in (later(length, now, zone), before(length, start, now, zone), after(length, start, now, zone)):
        assert end.at >= now
        assert end.at.tzinfo is UTC
