"""What keeps the money right, taken away: the late answer of a capture, and an auditor who is lied to."""

from tests.eventually import eventually
from tests.faults.desk import findings
from tests.faults.guards import running_without
from tests.faults.records import fetch
from tests.payments.shop import Held, hold
from tests.payments.till import Till
from tests.system.client import Client

SLOW = "payment.captured:delay=2500"
"""The provider has captured, and its answer is on its way for a while."""
LIE = "update payments set status = $2 where id = $1"
REPAIR = "update payments set status = 'refund_pending', due_at = now() where id = $1"


async def _cancel_while_captured(app: Client, visitor: Client, till: Till) -> Held:
    held = await hold(app, visitor)
    await till.pay(held.booking)

    async def captured() -> bool:
        return "captured" in await till.moved(held.booking)

    await eventually(captured)
    assert await till.status(held.booking) == "capture_pending"
    cancelled = await app.put(f"/v1/bookings/{held.booking['id']}/cancel")
    assert cancelled.data["payment"]["status"] == "refund_pending"
    return held


async def test_a_cancel_that_overtakes_the_capture_is_refunded(
    app: Client, visitor: Client, till: Till
) -> None:
    await till.stack.restart("booking", FAULTS=SLOW)
    held = await _cancel_while_captured(app, visitor, till)
    await till.becomes(held.booking, "refunded")
    assert await till.moved(held.booking) == ["authorised", "captured", "refunded"]


async def test_without_its_condition_the_late_answer_would_keep_the_money(
    app: Client, visitor: Client, till: Till
) -> None:
    await till.stack.restart("booking", FAULTS=SLOW)
    async with running_without(till.stack, "booking", "status"):
        held = await _cancel_while_captured(app, visitor, till)
        await till.becomes(held.booking, "captured")
        assert await till.off() == held.booking["payment"]["amount"]
    await fetch(till.stack.dsn["booking"], REPAIR, held.booking["id"])


async def test_the_oracle_sees_money_that_does_not_fit_its_booking(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await till.becomes(held.booking, "captured")
    await fetch(till.stack.dsn["booking"], LIE, held.booking["id"], "released")
    assert await till.off() == -held.booking["payment"]["amount"]
    [found] = await findings(till.stack)
    assert (found.problem, found.repaired) == ("the payment is released and its booking confirmed", False)
    assert str(found.booking_id) == held.booking["id"]
    await fetch(till.stack.dsn["booking"], LIE, held.booking["id"], "captured")
