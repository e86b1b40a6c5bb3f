"""Races brought to a head by a lock, not by luck: each says what happened, and judges nothing.

Its test asserts the promise while all guards stand; its control, that the promise is broken when
one guard is away.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.booking.store import bookings
from shared.ids import new_id
from tests.eventually import eventually
from tests.faults.claimant import consume, fence
from tests.faults.hold import BOOKING, HOST, QUEUE, VERDICTS, Hold, held
from tests.faults.office import Answer, Office
from tests.faults.records import bookings_on, live_on


class Crowd(NamedTuple):
    """What two visitors of one link were told, and how many bookings held it at one moment."""

    outcomes: list[tuple[int, str]]
    holding: int


async def two_bookings_on_one_link(office: Office) -> Crowd:
    """Two visitors with one link take different times; no verdict falls before both have tried to hold."""
    stack, starts = office.stack, await office.starts()
    [ticket] = await office.mint()
    async with held(stack.dsn["tokens"], VERDICTS) as verdicts:
        attempts = [asyncio.create_task(office.book(ticket, start)) for start in starts[:2]]
        await _all_there(verdicts, attempts)
        holding = await live_on(stack, ticket.id)
    return Crowd(_outcomes(await asyncio.gather(*attempts)), holding)


async def two_links_on_one_slot(office: Office) -> list[tuple[int, str]]:
    """Two visitors with a link each take the same time, and reach the host's calendar together."""
    start, tickets = (await office.starts())[0], await office.mint(2)
    async with held(office.stack.dsn["booking"], HOST, office.host) as calendar:
        attempts = [asyncio.create_task(office.book(ticket, start)) for ticket in tickets]
        await _all_there(calendar, attempts)
    return _outcomes(await asyncio.gather(*attempts))


async def two_claims_on_one_link(office: Office) -> tuple[UUID, list[str]]:
    """Two bookings ask tokens for one link, and neither verdict is written before both have asked.

    Returns the link and what each was ruled, or the error that it met.
    """
    [ticket] = await office.mint()
    async with held(office.stack.dsn["tokens"], VERDICTS) as verdicts:
        attempts = [asyncio.create_task(consume(office, ticket.id, new_id())) for _ in range(2)]
        await _all_there(verdicts, attempts)
    return ticket.id, sorted(await asyncio.gather(*attempts))


async def a_consume_and_a_fence(office: Office) -> list[str]:
    """A booking consumes its link while it is given up; the consume comes first."""
    [ticket], booking_id = await office.mint(), new_id()
    async with held(office.stack.dsn["tokens"], VERDICTS) as verdicts:
        consuming = asyncio.create_task(consume(office, ticket.id, booking_id))
        await _all_there(verdicts, [consuming])
        fencing = asyncio.create_task(fence(office, ticket.id, booking_id))
        await _all_there(verdicts, [consuming, fencing])
    return [await consuming, await fencing]


async def a_cancel_before_the_late_settler(office: Office) -> UUID:
    """A verdict is known, but before its settler acts another settles the booking and the host cancels it."""
    stack, start = office.stack, (await office.starts())[0]
    [ticket] = await office.mint()
    async with held(stack.dsn["tokens"], VERDICTS) as verdicts:
        attempt = asyncio.create_task(office.book(ticket, start))
        await _all_there(verdicts, [attempt])
        [made] = await bookings_on(stack, ticket.id)
        async with held(stack.dsn["booking"], BOOKING, made.id) as row:
            await verdicts.release()
            await _all_there(row, [attempt])
            await bookings.move(row.connection, made.id, "confirming", "confirmed", "settle", "bookonce")
            await bookings.move(row.connection, made.id, "confirmed", "cancelled", "cancel", "api")
            await row.release()
    await attempt
    return made.id


async def a_settler_too_late_for_the_first_wait(office: Office) -> UUID:
    """A request's first verdict is known, but before its settler acts another does, and the host confirms."""
    stack, start = office.stack, (await office.starts())[0]
    [ticket] = await office.mint()
    await office.let_the_host_decide()
    async with held(stack.dsn["tokens"], VERDICTS) as verdicts:
        attempt = asyncio.create_task(office.book(ticket, start))
        await _all_there(verdicts, [attempt])
        [made] = await bookings_on(stack, ticket.id)
        async with held(stack.dsn["booking"], BOOKING, made.id) as row:
            await verdicts.release()
            await _all_there(row, [attempt])
            await bookings.settle(row.connection, made.id, "tentative", "tentative")
            await bookings.await_verdict(row.connection, made.id, "tentative", "confirmed", "confirm", "host")
            await row.release()
    await attempt
    return made.id


async def two_at_one_action_link(office: Office) -> list[tuple[int, str, str]]:
    """Two people follow one link; both are at the booking's row before either has acted.

    Returns status, code or state, and what `Action-Link-Status` says, of each.
    """
    [ticket], start = await office.mint(), (await office.starts())[0]
    made = (await office.book(ticket, start)).data
    async with held(office.stack.dsn["booking"], BOOKING, UUID(made["id"])) as row:
        attempts = [asyncio.create_task(office.follow(made, "cancel")) for _ in range(2)]
        await _all_there(row, attempts)
    answers = await asyncio.gather(*attempts)
    return sorted((*answer.outcome, answer.told.get("Action-Link-Status", "")) for answer in answers)


async def two_moves_to_one_time(office: Office) -> list[tuple[int, str]]:
    """Two customers move to the same time; both wait for the host's calendar, as new bookings do."""
    [first, second, wanted, *_], tickets = await office.starts(), await office.mint(2)
    made = [(await office.book(*wish)).data for wish in zip(tickets, (first, second), strict=True)]
    async with held(office.stack.dsn["booking"], QUEUE, office.host) as calendar:
        moves = [asyncio.create_task(office.follow(one, "reschedule_by_customer", wanted)) for one in made]

        async def both_wait() -> bool:
            return await calendar.waiting() == len(moves)

        await eventually(both_wait, within=4)
    return _outcomes(await asyncio.gather(*moves))


async def a_rival_for_a_time_that_is_being_settled(office: Office) -> tuple[int, str]:
    """A visitor wants the time of a booking whose change of state is written and not yet committed."""
    stack, start = office.stack, (await office.starts())[0]
    tickets = await office.mint(2)
    made = UUID((await office.book(tickets[0], start)).data["id"])
    async with held(stack.dsn["booking"], BOOKING, made) as row:
        await bookings.move(row.connection, made, "confirmed", "completed", "complete", "bookonce")
        return (await office.book(tickets[1], start)).outcome


async def _all_there(hold: Hold, attempts: Sequence[asyncio.Task[Any]]) -> None:
    """Until every rival waits for the lock, or has its answer already."""

    async def so() -> bool:
        done = sum(attempt.done() for attempt in attempts)
        return await hold.waiting() + done == len(attempts)

    await eventually(so, every=0.01)


def _outcomes(answers: Sequence[Answer]) -> list[tuple[int, str]]:
    return sorted(answer.outcome for answer in answers)
