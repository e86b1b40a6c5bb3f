"""Times that cannot be booked: past, off the grid, outside the hours, outside the calendar."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import ALWAYS, a_booking_link, book, free_times, wish
from tests.system.refusing import properly

NOT_OFFERED = (
    "1970-01-01T00:00:00Z",
    "2020-02-02T09:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:30:00Z",
    "9999-12-31T23:59:59.999999Z",
    "2090-01-01T09:00:00Z",
)
NO_TIMES = (
    "",
    "now",
    "0",
    "2030-01-01",
    "2030-01-01T09:00:00",
    "2030-01-01 09:00",
    "2030-13-01T09:00:00Z",
    "2030-02-30T09:00:00Z",
    "2030-01-01T24:00:00Z",
    "2030-01-01T09:60:00Z",
    "2030-01-01T09:00:60Z",
    "10000-01-01T00:00:00Z",
    "-2030-01-01T09:00:00Z",
    "2030-01-01T09:00:00+25:00",
    "2030-01-01T09:00:00+99:99",
    "2030-W01-1T09:00:00Z",
    "２０３０-01-01T09:00:00Z",
    "2030-01-01T09:00:00Z\0",
)
OVERFLOWING = (
    "9999-12-31T23:59:59-00:01",
    "9999-12-31T12:00:00-23:59",
    "0001-01-01T00:00:00+00:01",
    "0001-01-01T12:00:00+23:59",
)


@pytest.fixture(scope="module")
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


async def _refused(
    visitor: Client, page: dict[str, Any], ledger: Ledger, starts: tuple[str, ...], code: str
) -> None:
    before = await ledger.contents()
    for start in starts:
        assert properly(await book(visitor, page, wish(start))) == code, start
    assert await ledger.contents() == before


async def test_a_time_that_is_not_offered_is_taken(
    visitor: Client, page: dict[str, Any], ledger: Ledger
) -> None:
    await _refused(visitor, page, ledger, NOT_OFFERED, "slot_taken")


async def test_a_time_off_the_grid_by_anything_is_taken(
    visitor: Client, page: dict[str, Any], ledger: Ledger
) -> None:
    start = datetime.fromisoformat((await free_times(visitor, page))[4])
    off = [
        timedelta(minutes=1), timedelta(minutes=15), timedelta(seconds=1), timedelta(microseconds=1),
        timedelta(microseconds=-1), timedelta(seconds=-1),
    ]  # fmt: skip
    starts = tuple((start + by).isoformat() for by in off)
    await _refused(visitor, page, ledger, starts, "slot_taken")


async def test_what_is_no_time_is_refused(visitor: Client, page: dict[str, Any], ledger: Ledger) -> None:
    await _refused(visitor, page, ledger, NO_TIMES, "validation_failed")


async def test_a_time_whose_offset_leads_out_of_the_calendar_is_refused(
    visitor: Client, page: dict[str, Any], ledger: Ledger
) -> None:
    await _refused(visitor, page, ledger, OVERFLOWING, "validation_failed")


async def test_a_time_outside_the_hours_is_taken(app: Client, visitor: Client, ledger: Ledger) -> None:
    days = {day: [{"from": "09:00", "to": "10:15"}] for day in ALWAYS["weekly"]}
    page = await a_booking_link(app, schedule={"timezone": "UTC", "weekly": days})
    times = await free_times(visitor, page, 1)
    day = times[0][:10]
    assert times == [f"{day}T09:00:00Z", f"{day}T09:30:00Z"]
    outside = tuple(f"{day}T{clock}:00Z" for clock in ("08:30", "08:59", "10:00", "10:15", "00:00"))
    await _refused(visitor, page, ledger, outside, "slot_taken")


async def test_a_time_too_soon_or_too_far_is_taken(app: Client, visitor: Client, ledger: Ledger) -> None:
    page = await a_booking_link(app, minimum_notice_minutes=600, maximum_days_ahead=2)
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    soon = tuple((now + timedelta(hours=hours)).isoformat() for hours in range(1, 10))
    far = tuple((now + timedelta(days=days)).isoformat() for days in (4, 5, 30, 3000))
    await _refused(visitor, page, ledger, soon + far, "slot_taken")


@pytest.mark.parametrize("field", ["start_from", "start_to"])
async def test_a_bound_of_a_list_that_is_no_time_is_refused(app: Client, field: str) -> None:
    for text in (*NO_TIMES[1:2], *NO_TIMES[3:12], *OVERFLOWING):
        answer = await app.get(f"/v1/bookings?{field}={text.replace('+', '%2B').replace(' ', '%20')}")
        assert properly(answer) == "validation_failed", text
    for text in ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"):
        assert (await app.get(f"/v1/bookings?{field}={text}&limit=1")).status == 200
