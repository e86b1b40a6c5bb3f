"""What booking tells of money: taken, given back, refused; once each, of the booking that stands for it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tests.eventually import eventually
from tests.faults.records import fetch
from tests.payments.shop import hold, reaches
from tests.payments.till import Till
from tests.system.client import Client
from tests.system.following import now, other_time

TOLD = "select type from events where subject_id = $1 order by transaction, sequence"


async def _told(till: Till, booking: Mapping[str, Any]) -> list[str]:
    rows = await fetch(till.stack.dsn["booking"], TOLD, UUID(booking["id"]))
    return [row[0].removeprefix("booking.") for row in rows]


async def test_money_taken_and_given_back_is_told_once(app: Client, visitor: Client, till: Till) -> None:
    await till.switch(duplicate=3)
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await till.becomes(held.booking, "captured")
    await app.put(f"/v1/bookings/{held.booking['id']}/cancel")
    await till.becomes(held.booking, "refunded")
    await till.settled()
    assert await _told(till, held.booking) == [
        *("created", "pending_payment", "confirmed", "payment_captured", "cancelled", "payment_refunded"),
    ]


async def test_money_given_back_after_a_move_is_told_of_the_booking_that_was_cancelled(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await till.becomes(held.booking, "captured")
    start = {"start": await other_time(app, held.booking)}
    moved = await app.ask("PUT", f"/v1/bookings/{held.booking['id']}/reschedule", start)
    successor = {"id": moved.data["rescheduled_to"]}
    await app.put(f"/v1/bookings/{successor['id']}/cancel")
    await till.becomes(held.booking, "refunded")
    assert (await _told(till, held.booking))[-2:] == ["payment_captured", "rescheduled"]
    assert await _told(till, successor) == ["created", "confirmed", "cancelled", "payment_refunded"]


async def test_a_capture_finally_refused_is_told(app: Client, visitor: Client, till: Till) -> None:
    held = await hold(app, visitor)
    await till.switch(refuse_captures=1)
    await till.pay(held.booking)
    await till.becomes(held.booking, "capture_failed")
    told = await _told(till, held.booking)
    assert told == ["created", "pending_payment", "confirmed", "capture_failed"]
    await app.put(f"/v1/bookings/{held.booking['id']}/cancel")
    await till.becomes(held.booking, "released")


async def test_a_hold_that_ends_is_told_as_unpaid_and_as_no_money(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await app.put(f"/v1/bookings/{held.booking['id']}/cancel_by_customer")
    await reaches(app, held.booking, "cancelled_by_customer")

    async def expired() -> bool:
        return await till.status(held.booking) == "expired"

    await eventually(expired, within=20)
    assert await _told(till, held.booking) == ["created", "pending_payment", "cancelled_by_customer"]
    assert (await now(app, held.booking))["payment"]["status"] == "expired"
