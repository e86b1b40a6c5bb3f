"""What a payment provider tells us: a hint to look, taken once."""

from datetime import UTC, datetime

from services.booking.desk import Desk
from services.booking.payments import checkout, sessions
from services.booking.store import payments
from services.booking.store.payments import StoredPayment
from shared.contracts.bookings import Message
from shared.contracts.operation import Nothing
from shared.errors import Refusal
from shared.faults import reach
from shared.postgres import Connection


async def take_message(desk: Desk, provider: str, ask: Message) -> Nothing:
    """Take a provider's webhook; Refusal `invalid_request` when it is not genuine, and nothing changes."""
    if desk.provider is None or desk.provider.name != provider:
        raise Refusal("not_found")
    hint = desk.provider.read_hint(ask.headers, ask.body.encode(), datetime.now(UTC))

    async def work(conn: Connection) -> StoredPayment | None:
        if not await payments.take_hint(conn, provider, hint.event_id):
            return None
        return await payments.hinted(conn, provider, hint.payment_id, hint.session_id)

    payment = await desk.database.transact(work)
    await reach("hint.taken")
    if payment is not None:
        await checkout.attempt(desk, payment, sessions.advance)
    return Nothing()
