"""The sweep's work on payments: whatever is due with the provider, so that no lost message matters."""

import asyncio

from services.booking.desk import Desk
from services.booking.payments import sessions
from services.booking.payments.provider import Away
from services.booking.store import payments
from services.booking.store.payments import StoredPayment
from shared import telemetry
from shared.errors import Refusal

AT_ONCE = 20


async def advance_due(desk: Desk) -> int:
    """Take some due payments one step further; returns how many, when more are likely to be due."""
    if desk.provider is None:
        return 0
    async with desk.database.connection() as conn:
        taken = await payments.take_due(conn, AT_ONCE)
    await asyncio.gather(*(_advance(desk, payment) for payment in taken))
    # What is looked at in vain must not keep the sweep from its rest; a full round has more behind it.
    return len(taken) if len(taken) == AT_ONCE else 0


async def forget_hints(desk: Desk) -> int:
    """Drop messages of long ago; returns how many."""
    async with desk.database.connection() as conn:
        return await payments.forget_hints(conn)


async def _advance(desk: Desk, payment: StoredPayment) -> None:
    """One that cannot be taken further now must not hold up the others."""
    try:
        await sessions.advance(desk, payment)
    except Away:
        telemetry.log.warning("payment provider away", payment_id=str(payment.id), status=payment.status)
    except Refusal as refusal:
        telemetry.log.warning("payment not advanced", payment_id=str(payment.id), code=refusal.code)
    except Exception:
        telemetry.log.exception("payment", payment_id=str(payment.id))
