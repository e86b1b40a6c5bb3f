"""SQL for the auditor: which booking holds, or has consumed, which single-use link; and what was paid."""

from uuid import UUID

from msgspec import Struct

from shared.contracts.bookings import PaymentStatus, State
from shared.postgres import Connection

_WITH_LINK = """
    select single_use_link_id, id, state, confirmed_at is not null from bookings
    where single_use_link_id > $1 and ($2::uuid is null or single_use_link_id <= $2)
      and rescheduled_from is null
      and (state in ('confirming', 'pending_payment', 'tentative') or confirmed_at is not null)
    order by single_use_link_id limit $3"""


# The booking that a chain of moves has led to is the one whose state the money must fit.
_WITH_PAYMENT = """
    select p.id, p.status, p.amount, p.currency, b.id, b.state, b.toward
    from payments p join bookings b on b.payment_id = p.id and b.rescheduled_to is null
    where p.id > $1 order by p.id limit $2"""


class LinkHolder(Struct, frozen=True):
    """A booking that holds or has consumed a single-use link, as the auditor needs it."""

    link_id: UUID
    booking_id: UUID
    state: State
    was_confirmed: bool


async def list_link_holders(conn: Connection, after: UUID, up_to: UUID | None, most: int) -> list[LinkHolder]:
    """Holders in the order of their links' ids."""
    return [LinkHolder(*row) for row in await conn.fetch(_WITH_LINK, after, up_to, most)]


class PaidBooking(Struct, frozen=True):
    """A payment and the booking that it stands for now."""

    payment_id: UUID
    status: PaymentStatus
    amount: int
    currency: str
    booking_id: UUID
    state: State
    toward: State


async def list_paid(conn: Connection, after: UUID, most: int) -> list[PaidBooking]:
    """Payments in the order of their ids."""
    return [PaidBooking(*row) for row in await conn.fetch(_WITH_PAYMENT, after, most)]
