"""What booking counts is what there is: each meeting once, as what it has become."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.booking.store import figures as store
from shared.call import Peers
from shared.contracts import figures
from shared.contracts.figures import BookingFigures, BookingTally, CountBookings
from shared.errors import Refusal
from shared.identity import Identity
from tests.stack import Stack
from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.making import a_booking_link, a_link, book, free_times, wish

ONE = BookingTally(standing=1)


@pytest.fixture
async def gateway(stack: Stack) -> AsyncIterator[Peers]:
    """The calls that the gateway makes."""
    peers = Peers(Identity("gateway", stack.environment("gateway")["SERVICE_KEY"]), stack.urls)
    yield peers
    await peers.close()


async def _count(gateway: Peers, app: Client, **wanted: Any) -> BookingFigures:
    app_id = (await app.get("/v1/app")).data["id"]
    return await gateway.call(figures.count_bookings, CountBookings(**wanted), app_id=app_id)


async def _booked(
    app: Client, page: dict[str, Any], start: str, campaign: str | None = None
) -> dict[str, Any]:
    link = await a_link(app, page, **({"source": {"campaign": campaign}} if campaign else {}))
    body = wish(start, email=link["contact"]["email"], single_use_token=link["token"])
    made: dict[str, Any] = (await book(app, page, body)).data
    return made


async def test_bookings_are_counted_by_day_campaign_and_booking_link(new_app: NewApp, gateway: Peers) -> None:
    app = await new_app()
    one, other = await a_booking_link(app), await a_booking_link(app, graph="confirm_decline")
    before = datetime.now(UTC)
    times = await free_times(app, one)
    await _booked(app, one, times[0], "spring")
    cancelled = await _booked(app, one, times[1], "spring")
    await app.put(f"/v1/bookings/{cancelled['id']}/cancel")
    await _booked(app, other, times[2])
    declined = await _booked(app, other, times[3], "autumn")
    await app.put(f"/v1/bookings/{declined['id']}/decline")
    counted = await _count(gateway, app)
    spring, autumn, none = BookingTally(1, 0, 1, 0), BookingTally(lapsed=1), BookingTally(waiting=1)
    assert counted.total == BookingTally(1, 1, 1, 1)
    assert [(found.campaign, found.tally) for found in counted.campaigns] == [
        ("spring", spring), ("autumn", autumn), (None, none)
    ]  # fmt: skip
    assert {str(found.booking_link_id): found.tally for found in counted.booking_links} == {
        one["id"]: spring, other["id"]: BookingTally(0, 1, 0, 1)
    }  # fmt: skip
    dated = [(counted.total, counted.days)]
    dated += [(found.tally, found.days) for found in counted.campaigns]
    dated += [(found.tally, found.days) for found in counted.booking_links]
    for tally, days in dated:
        assert [day.tally for day in days] == [tally]
        assert {day.day for day in days} <= {before.date(), datetime.now(UTC).date()}
    assert not counted.at_least


async def test_a_filter_leaves_the_bookings_that_it_names(new_app: NewApp, gateway: Peers) -> None:
    app = await new_app()
    one, other = await a_booking_link(app), await a_booking_link(app)
    times = await free_times(app, one)
    first = await _booked(app, one, times[0], "spring")
    second = await _booked(app, other, times[1])
    middle = datetime.fromisoformat(second["created_at"])
    for wanted in (
        {"campaign": "spring"},
        {"booking_link_id": UUID(one["id"])},
        {"contact_id": UUID(first["contact_id"])},
        {"created_to": middle},
        {"created_from": middle},
    ):
        assert (await _count(gateway, app, **wanted)).total == ONE, wanted
    assert (await _count(gateway, app, campaign="autumn")).total == BookingTally()
    assert (await _count(gateway, app)).total == BookingTally(standing=2)


async def test_a_meeting_that_is_moved_counts_once_as_what_it_has_become(
    new_app: NewApp, gateway: Peers, stack: Stack
) -> None:
    app = await new_app()
    page = await a_booking_link(app)
    times = await free_times(app, page)
    booking = await _booked(app, page, times[0], "spring")
    await _made_yesterday(stack, booking)
    for start in times[1:3]:
        moved = (
            await app.put(f"/v1/bookings/{booking['id']}/reschedule", data=f'{{"start": "{start}"}}')
        ).data
        booking = (await app.get(f"/v1/bookings/{moved['rescheduled_to']}")).data
    counted = await _count(gateway, app)
    assert counted.total == ONE
    assert [day.day for day in counted.days] == [(datetime.now(UTC) - timedelta(days=1)).date()]
    await app.put(f"/v1/bookings/{booking['id']}/cancel")
    [spring] = (await _count(gateway, app)).campaigns
    assert spring.tally == BookingTally(cancelled=1)


async def _made_yesterday(stack: Stack, booking: dict[str, Any]) -> None:
    conn = await asyncpg.connect(stack.dsn["booking"])
    try:
        sooner = "update bookings set created_at = now() - interval '1 day' where id = $1"
        await conn.execute(sooner, booking["id"])
    finally:
        await conn.close()


async def test_of_too_many_bookings_the_newest_are_counted_and_that_is_said(
    new_app: NewApp, stack: Stack
) -> None:
    app = await new_app()
    page = await a_booking_link(app)
    times = await free_times(app, page)
    for start, campaign in zip(times, ("older", "newer", "newer"), strict=False):
        await _booked(app, page, start, campaign)
    app_id = UUID((await app.get("/v1/app")).data["id"])
    conn: Any = await asyncpg.connect(stack.dsn["booking"])
    try:
        short = await store.count(conn, app_id, CountBookings(), 2)
        whole = await store.count(conn, app_id, CountBookings(), 4)
    finally:
        await conn.close()
    assert ([found.campaign for found in short.campaigns], short.at_least) == (["newer"], True)
    assert (whole.total, whole.at_least) == (BookingTally(standing=3), False)


async def test_a_zone_that_nobody_knows_is_refused(new_app: NewApp, gateway: Peers) -> None:
    app = await new_app()
    page = await a_booking_link(app)
    await _booked(app, page, (await free_times(app, page))[0])
    with pytest.raises(Refusal) as refused:
        await _count(gateway, app, timezone="Mars/Olympus")
    assert refused.value.errors[0].field == "timezone"
