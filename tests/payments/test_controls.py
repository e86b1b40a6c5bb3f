"""A cancel while the capture is under way: the money goes back, and without the guard it would not."""

from tests.eventually import eventually
from tests.faults.guards import running_without
from tests.faults.records import fetch
from tests.payments.shop import Held, hold
from tests.payments.till import Till
from tests.system.client import Client

SLOW = "payment.captured:delay=2500"
"""The provider has captured, and its answer is on its way for a while."""
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
