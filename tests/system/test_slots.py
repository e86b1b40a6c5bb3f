"""Free times as the visitor asks for them: at most 62 days, counted in the visitor's own zone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.system.client import Client
from tests.system.making import NOBODY, a_booking_link, a_link, book, free_times, wish

TODAY = datetime.now(UTC).date()


@pytest.fixture(scope="module")
async def open_page(app: Client) -> dict[str, Any]:
    """Open at every hour of the coming year."""
    return await a_booking_link(app, maximum_days_ahead=365)


async def _slots(visitor: Client, page: dict[str, Any], first: date, last: date, zone: str) -> list[str]:
    path = f"/book/{page['slug']}/slots?from={first}&to={last}&timezone={zone}"
    data = (await visitor.get(path)).data
    assert data.keys() == {"timezone", "slots"}
    assert data["timezone"] == zone
    slots: list[str] = data["slots"]
    assert slots == sorted(set(slots))
    return slots


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"])
async def test_a_day_is_the_visitors_day(visitor: Client, open_page: dict[str, Any], zone: str) -> None:
    day = TODAY + timedelta(days=10)
    slots = await _slots(visitor, open_page, day, day, zone)
    local = [datetime.fromisoformat(slot).astimezone(ZoneInfo(zone)) for slot in slots]
    assert {at.date() for at in local} == {day}
    # Half-hourly, the zone's odd minutes aside: a whole day of them.
    assert len(slots) == 48


async def test_neighbouring_days_share_no_time_and_leave_none_out(
    visitor: Client, open_page: dict[str, Any]
) -> None:
    day = TODAY + timedelta(days=20)
    one = await _slots(visitor, open_page, day, day, "Asia/Kathmandu")
    two = await _slots(visitor, open_page, day + timedelta(days=1), day + timedelta(days=1), "Asia/Kathmandu")
    both = await _slots(visitor, open_page, day, day + timedelta(days=1), "Asia/Kathmandu")
    assert one + two == both


async def test_sixty_two_days_are_answered_and_one_more_is_refused(
    visitor: Client, open_page: dict[str, Any]
) -> None:
    first = TODAY + timedelta(days=2)
    slots = await _slots(visitor, open_page, first, first + timedelta(days=61), "UTC")
    assert len(slots) == 62 * 48
    path = f"/book/{open_page['slug']}/slots?from={first}&to={first + timedelta(days=62)}&timezone=UTC"
    assert (await visitor.get(path)).refused == (422, "validation_failed")


async def test_no_time_is_past_or_beyond_the_horizon(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app, maximum_days_ahead=3, minimum_notice_minutes=120)
    asked = datetime.now(UTC)
    slots = await _slots(visitor, page, TODAY - timedelta(days=3), TODAY + timedelta(days=30), "UTC")
    times = [datetime.fromisoformat(slot) for slot in slots]
    assert times[0] >= asked + timedelta(minutes=120)
    assert times[-1].date() <= datetime.now(UTC).date() + timedelta(days=3)
    assert times[-1].date() >= TODAY + timedelta(days=3)


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31")])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
async def test_days_at_the_ends_of_the_calendar_have_no_times(
    visitor: Client, open_page: dict[str, Any], first: str, last: str, zone: str
) -> None:
    path = f"/book/{open_page['slug']}/slots?from={first}&to={last}&timezone={zone}"
    assert (await visitor.get(path)).data == {"timezone": zone, "slots": []}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("from=2030-01-01&to=2030-01-02", 400),
        ("from=2030-01-01&timezone=UTC", 400),
        ("from=2030-01-01&from=2030-01-01&to=2030-01-02&timezone=UTC", 400),
        ("from=2030-01-02&to=2030-01-01&timezone=UTC", 422),
        ("from=2030-02-30&to=2030-03-01&timezone=UTC", 422),
        ("from=01.02.2030&to=2030-03-01&timezone=UTC", 422),
        ("from=2030-01-01T00:00:00Z&to=2030-01-02&timezone=UTC", 422),
        ("from=10000-01-01&to=10000-01-02&timezone=UTC", 422),
        ("from=-001-01-01&to=2030-01-02&timezone=UTC", 422),
        *(
            (f"from=2030-01-01&to=2030-01-02&timezone={zone}", 422)
            for zone in (
                *("Mars/Base", "utc", "UTC%00", "..%2F..%2Fetc%2Fpasswd", "%2Fetc%2Fpasswd", "Europe"),
                *("posixrules", "localtime", "Europe/Berlin%20", "%2B02:00", "a" * 65, "EST5EDT,M3.2.0"),
            )
        ),
    ],
)
async def test_days_that_cannot_be_are_refused(
    visitor: Client, open_page: dict[str, Any], query: str, status: int
) -> None:
    codes = {400: "invalid_request", 422: "validation_failed"}
    answer = await visitor.get(f"/book/{open_page['slug']}/slots?{query}")
    assert answer.refused == (status, codes[status])


async def test_an_unknown_page_has_no_times(visitor: Client) -> None:
    for slug in ("no-such-page", "UPPER", NOBODY, "a%00b", "%2e%2e"):
        path = f"/book/{slug}/slots?from=2030-01-01&to=2030-01-02&timezone=UTC"
        assert (await visitor.get(path)).refused == (404, "not_found")


async def test_a_booked_time_is_offered_no_more_and_a_cancelled_one_again(
    app: Client, visitor: Client
) -> None:
    host = {"name": "Dana", "email": "dana.slots@example.com"}
    page = await a_booking_link(app, host=host)
    same_host = await a_booking_link(app, host=host, duration_minutes=15)
    link = await a_link(app, page)
    times = await free_times(visitor, page)
    body = wish(times[2], single_use_token=link["token"])
    booking = (await book(visitor, page, body)).data
    assert await free_times(visitor, page) == times[:2] + times[3:]
    assert times[2] not in await free_times(visitor, same_host)
    # One host is in one meeting at a time, whichever page it came from.
    assert (await book(visitor, same_host, wish(times[2]))).refused == (409, "slot_taken")
    await app.put(f"/v1/bookings/{booking['id']}/cancel")
    assert await free_times(visitor, page) == times
    assert (await book(visitor, page, wish(times[2]))).status == 201
