"""Visitors who race for a link or for a time, with every guard in its place."""

import asyncio
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from tests.eventually import eventually
from tests.faults import races
from tests.faults.office import Office, together
from tests.faults.records import agree_on_one_booking, states_of
from tests.stack import Server

MANY = 200
DEADLOCK = "deadlock detected"


async def test_two_hundred_bookings_on_one_link_make_one_meeting_and_199_clear_refusals(
    whole: Office,
) -> None:
    [ticket], starts = await whole.mint(), (await whole.starts())[:MANY]
    answers = await together(whole, [(ticket, start) for start in starts])
    outcomes = Counter(answer.outcome for answer in answers)
    assert outcomes.pop((201, "confirmed")) == 1
    assert outcomes.keys() <= {(409, "link_in_use"), (410, "link_consumed")}
    assert outcomes.total() == MANY - 1
    [won] = [answer for answer in answers if answer.status == 201]
    assert str(await agree_on_one_booking(whole.stack, ticket.id)) == won.data["id"]
    assert set(starts) - set(await whole.starts()) == {won.data["start"]}


async def test_two_hundred_links_on_one_slot_make_one_booking_and_leave_199_links_open(
    whole: Office, postgres: Server
) -> None:
    log, start, tickets = postgres.cluster.process.log, (await whole.starts())[0], await whole.mint(MANY)
    before = _deadlocks(log)
    answers = await together(whole, [(ticket, start) for ticket in tickets])
    assert Counter(answer.outcome for answer in answers) == {
        (201, "confirmed"): 1,
        (409, "slot_taken"): MANY - 1,
    }
    slowest = max(answer.seconds for answer in answers)
    print(f"slowest of {MANY} answers: {slowest:.2f} s")
    # Far above what is promised of a quiet machine: a busy one must not fail here.
    assert slowest < 10
    assert _deadlocks(log) == before
    [won] = [ticket for ticket, answer in zip(tickets, answers, strict=True) if answer.status == 201]
    await agree_on_one_booking(whole.stack, won.id)
    statuses = {ticket: await whole.status_of(ticket) for ticket in tickets}
    assert statuses == {ticket: "consumed" if ticket == won else "open" for ticket in tickets}


async def test_fifty_requests_with_one_idempotency_key_are_one_booking_and_fifty_equal_answers(
    whole: Office,
) -> None:
    [ticket], start = await whole.mint(), (await whole.starts())[0]
    answers = await together(whole, [(ticket, start)] * 50, key="one-and-the-same")
    assert {answer.status for answer in answers} == {201}
    assert all(answer.body == answers[0].body for answer in answers)
    assert str(await agree_on_one_booking(whole.stack, ticket.id)) == answers[0].data["id"]


async def test_a_link_is_held_by_one_booking_before_any_verdict_falls(whole: Office) -> None:
    crowd = await races.two_bookings_on_one_link(whole)
    assert crowd.holding == 1
    assert crowd.outcomes == [(201, "confirmed"), (409, "link_in_use")]


async def test_of_two_who_reach_a_calendar_together_one_gets_the_time(whole: Office) -> None:
    outcomes = await races.two_links_on_one_slot(whole)
    assert outcomes == [(201, "confirmed"), (409, "slot_taken")]


async def test_a_time_that_is_taken_is_refused_without_waiting_for_who_has_it(whole: Office) -> None:
    assert await races.a_rival_for_a_time_that_is_being_settled(whole) == (409, "slot_taken")


async def test_a_booking_cancelled_before_its_late_settler_stays_cancelled(whole: Office) -> None:
    booking_id = await races.a_cancel_before_the_late_settler(whole)
    assert await states_of(whole.stack, booking_id) == ["confirming", "confirmed", "cancelled"]


async def test_a_settler_too_late_for_the_first_wait_does_not_end_the_second(whole: Office) -> None:
    booking_id = await races.a_settler_too_late_for_the_first_wait(whole)

    async def confirmed() -> bool:
        return (await states_of(whole.stack, booking_id))[-1] == "confirmed"

    await eventually(confirmed)
    assert await states_of(whole.stack, booking_id) == ["confirming", "tentative", "confirming", "confirmed"]


async def test_two_at_one_action_link_act_once_and_both_succeed(whole: Office) -> None:
    assert await races.two_at_one_action_link(whole) == [
        (200, "cancelled", ""),
        (200, "cancelled", "replayed"),
    ]


async def test_of_two_who_move_to_one_time_one_gets_it_and_the_other_keeps_theirs(whole: Office) -> None:
    outcomes = await races.two_moves_to_one_time(whole)
    assert outcomes == [(200, "rescheduled_by_customer"), (409, "slot_taken")]


async def test_a_deadlock_would_be_seen(postgres: Server) -> None:
    log = postgres.cluster.process.log
    before = _deadlocks(log)
    one, other = [await asyncpg.connect(postgres.cluster.owner_dsn) for _ in range(2)]
    try:
        for connection, number in ((one, 1), (other, 2)):
            await connection.execute("set deadlock_timeout = 10; begin")
            await connection.execute("select pg_advisory_xact_lock($1)", number)
        waits = [
            connection.execute("select pg_advisory_xact_lock($1)", number)
            for connection, number in ((one, 2), (other, 1))
        ]
        with pytest.raises(asyncpg.DeadlockDetectedError):
            await asyncio.gather(*waits)
    finally:
        await one.close()
        await other.close()
    assert _deadlocks(log) == before + 1


def _deadlocks(log: Path) -> int:
    return log.read_text(errors="replace").count(DEADLOCK)
