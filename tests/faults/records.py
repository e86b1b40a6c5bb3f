"""What the databases themselves say, read past the services."""

from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from tests.faults.desk import findings
from tests.stack import Stack

_ON_LINK = "select id, state from bookings where single_use_link_id = $1 order by id"
_LIVE = """
    select count(*) from bookings where single_use_link_id = $1
    and (state in ('confirming', 'pending_payment', 'tentative') or confirmed_at is not null)"""
_CLAIMS = "select booking_id, verdict from claims where link_id = $1 order by booking_id"
_CONSUMER = "select consumed_by_booking_id from scheduling_single_use_links where id = $1"
_TRANSITIONS = "select to_state from transitions where booking_id = $1 order by id"


class Made(NamedTuple):
    """A booking's row, as far as it matters here."""

    id: UUID
    state: str


async def fetch(dsn: str, statement: str, *values: object) -> list[Any]:
    """The rows of one statement."""
    connection = await asyncpg.connect(dsn)
    try:
        rows: list[Any] = await connection.fetch(statement, *values)
        return rows
    finally:
        await connection.close()


async def bookings_on(stack: Stack, link_id: UUID) -> list[Made]:
    """Every booking that was ever written for the link, failed ones too."""
    return [Made(*row) for row in await fetch(stack.dsn["booking"], _ON_LINK, link_id)]


async def live_on(stack: Stack, link_id: UUID) -> int:
    """How many bookings are under way on the link or were ever confirmed with it."""
    count: int = (await fetch(stack.dsn["booking"], _LIVE, link_id))[0][0]
    return count


async def claims_on(stack: Stack, link_id: UUID) -> dict[UUID, str]:
    """The verdict on each booking that claimed the link."""
    return {row[0]: row[1] for row in await fetch(stack.dsn["tokens"], _CLAIMS, link_id)}


async def consumer_of(stack: Stack, link_id: UUID) -> UUID | None:
    """The booking that the link's own row names."""
    found: UUID | None = (await fetch(stack.dsn["tokens"], _CONSUMER, link_id))[0][0]
    return found


async def states_of(stack: Stack, booking_id: UUID) -> list[str]:
    """The states that a booking went through."""
    return [row[0] for row in await fetch(stack.dsn["booking"], _TRANSITIONS, booking_id)]


async def agree_on_one_booking(stack: Stack, link_id: UUID) -> UUID:
    """Assert that both databases know the same one confirmed booking, and that the auditor is content."""
    made = await bookings_on(stack, link_id)
    assert [booking.state for booking in made] == ["confirmed"]
    assert await states_of(stack, made[0].id) == ["confirming", "confirmed"]
    assert await claims_on(stack, link_id) == {made[0].id: "consumed"}
    assert await consumer_of(stack, link_id) == made[0].id
    assert await findings(stack) == []
    return made[0].id
