"""Days and times as who looks has them, also where a day is not 24 hours long."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.console import times
from gateway.console.links.filters import Filters
from shared.contracts.tokens import LinkFilter
from shared.errors import Refusal


@pytest.mark.parametrize(
    ("day", "zone", "begins", "hours"),
    [
        (date(2026, 3, 29), "Europe/Berlin", datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        (date(2026, 10, 25), "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        (date(2026, 1, 1), "Pacific/Kiritimati", datetime(2025, 12, 31, 10, tzinfo=UTC), 24),
        (date(2026, 7, 4), "UTC", datetime(2026, 7, 4, tzinfo=UTC), 24),
    ],
)
def test_a_day_lasts_from_its_midnight_to_the_next_one_there(
    day: date, zone: str, begins: datetime, hours: int
) -> None:
    assert times.begins(day, zone) == begins
    # Between two times of one zone Python would count by the clock on the wall.
    assert times.ends(day, zone).astimezone(UTC) - begins == timedelta(hours=hours)


def test_a_time_is_said_with_its_day_there() -> None:
    at = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert times.said(at, "UTC") == "30 Jun 2026, 22:30"
    assert times.said(at, "Asia/Kolkata") == "1 Jul 2026, 04:00"
    assert times.day_said(at, "Asia/Kolkata") == "1 Jul 2026"


def test_filters_ask_for_whole_days_of_who_looks() -> None:
    asked = Filters("all", since=date(2026, 3, 29), until=date(2026, 3, 29), campaign="spring")
    assert asked.wanted("Europe/Berlin") == LinkFilter(
        campaign="spring",
        created_from=datetime(2026, 3, 28, 23, tzinfo=UTC),
        created_to=datetime(2026, 3, 29, 22, tzinfo=UTC),
    )


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_days_outside_the_calendar_are_refused(zone: str) -> None:
    for asked in (Filters(since=date.min), Filters(until=date.max), Filters(until=date.min)):
        with pytest.raises(Refusal):
            asked.wanted(zone)


def test_an_address_says_no_more_than_it_must() -> None:
    assert Filters().address() == "/calendar/single-use"
    asked = Filters("all", campaign="a&b ü", since=date(2026, 1, 2))
    assert asked.address() == "/calendar/single-use?status=all&campaign=a%26b+%C3%BC&from=2026-01-02"
    assert asked.address(campaign=None, since=None, status="open") == "/calendar/single-use"
