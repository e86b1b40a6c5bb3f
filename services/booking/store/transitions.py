"""SQL that reads the journal of bookings: every change of their states."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from shared.contracts.time_lines import Transition
from shared.postgres import Connection

_LIST = """
    select booking_id, at, from_state, to_state, action, actor from transitions
    where booking_id = any($1) order by booking_id, id"""


async def list_(conn: Connection, booking_ids: Sequence[UUID]) -> Mapping[UUID, list[Transition]]:
    """Each booking's transitions in their order."""
    found: dict[UUID, list[Transition]] = defaultdict(list)
    for row in await conn.fetch(_LIST, booking_ids):
        found[row[0]].append(Transition(*row[1:]))
    return found
