"""SQL for the auditor: which booking holds, or has consumed, which single-use link."""

from uuid import UUID

from msgspec import Struct

from shared.contracts.bookings import State
from shared.postgres import Connection

_WITH_LINK = """
    select single_use_link_id, id, state, confirmed_at is not null from bookings
    where single_use_link_id > $1 and ($2::uuid is null or single_use_link_id <= $2)
      and rescheduled_from is null
      and (state in ('confirming', 'pending_payment', 'tentative') or confirmed_at is not null)
    order by single_use_link_id limit $3"""


class LinkHolder(Struct, frozen=True):
    """A booking that holds or has consumed a single-use link, as the auditor needs it."""

    link_id: UUID
    booking_id: UUID
    state: State
    was_confirmed: bool


async def list_link_holders(conn: Connection, after: UUID, up_to: UUID | None, most: int) -> list[LinkHolder]:
    """Holders in the order of their links' ids."""
    return [LinkHolder(*row) for row in await conn.fetch(_WITH_LINK, after, up_to, most)]
