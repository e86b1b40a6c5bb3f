"""The booking service dies at a named place, and again while it recovers: one booking comes of it."""

from signal import SIGKILL

import pytest

from tests.eventually import eventually
from tests.faults.desk import findings
from tests.faults.doorway import book_while
from tests.faults.office import Office
from tests.faults.records import agree_on_one_booking, bookings_on, claims_on

KEY = "the-same-visitor"


@pytest.mark.parametrize(
    ("point", "states", "verdicts"),
    [
        ("book.before_t1", [], []),
        ("book.after_t1", ["confirming"], []),
        ("settle.ruled", ["confirming"], ["consumed"]),
    ],
)
async def test_booking_killed_twice_makes_one_booking_when_the_visitor_tries_again(
    shaken: Office, point: str, states: list[str], verdicts: list[str]
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    # Where the visitor comes too late for the first point, the sweep meets the second.
    await stack.restart("booking", FAULTS=f"{point}:kill,settle.ruled:kill")
    first = await shaken.book(ticket, start, KEY)
    assert first.outcome == (503, "unavailable")
    assert await stack.ended("booking") == -SIGKILL
    assert [booking.state for booking in await bookings_on(stack, ticket.id)] == states
    assert list((await claims_on(stack, ticket.id)).values()) == verdicts
    assert await findings(stack) == []

    stack.launch("booking")

    async def died_again() -> bool:
        await shaken.book(ticket, start, KEY)
        return not stack.running("booking")

    await eventually(died_again, within=30)
    assert await stack.ended("booking") == -SIGKILL
    assert await findings(stack) == []

    await stack.restart("booking", FAULTS=None)
    last = await shaken.book(ticket, start, KEY)
    assert last.outcome == (201, "confirmed")
    assert str(await agree_on_one_booking(stack, ticket.id)) == last.data["id"]


async def test_booking_killed_after_t2_answers_the_retry_with_the_booking_it_made(shaken: Office) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    await stack.restart("booking", FAULTS="settle.applied:kill")
    first = await shaken.book(ticket, start, KEY)
    assert first.outcome == (503, "unavailable")
    assert await stack.ended("booking") == -SIGKILL
    made = await agree_on_one_booking(stack, ticket.id)

    await stack.restart("booking", FAULTS=None)
    again = await shaken.book(ticket, start, KEY)
    assert again.outcome == (201, "confirmed")
    assert again.data["id"] == str(made)
    assert (await shaken.book(ticket, start)).outcome == (410, "link_consumed")
    assert await agree_on_one_booking(stack, ticket.id) == made


async def test_booking_killed_at_every_step_of_its_recovery_settles_though_nobody_asks_again(
    shaken: Office,
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    await stack.restart("booking", FAULTS="book.after_t1:kill")
    await shaken.book(ticket, start)
    for fault in ("settle.ruled:kill", "settle.applied:kill"):
        assert await stack.ended("booking", within=20) == -SIGKILL
        assert [booking.state for booking in await bookings_on(stack, ticket.id)] == ["confirming"]
        assert await findings(stack) == []
        stack.launch("booking", FAULTS=fault)
    assert await stack.ended("booking", within=20) == -SIGKILL
    await stack.restart("booking", FAULTS=None)
    await agree_on_one_booking(stack, ticket.id)


async def test_booking_killed_twice_after_a_refusal_fails_the_booking_and_frees_the_slot(
    shaken: Office,
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    await stack.restart("booking", FAULTS="settle.ruled:kill")
    first = await book_while(shaken, ticket, start, lambda: shaken.revoke(ticket))
    assert first.outcome == (503, "unavailable")
    for faults in ("settle.ruled:kill", None):
        assert await stack.ended("booking", within=20) == -SIGKILL
        [made] = await bookings_on(stack, ticket.id)
        assert made.state == "confirming"
        assert await claims_on(stack, ticket.id) == {made.id: "refused"}
        stack.launch("booking", FAULTS=faults)

    async def free_again() -> bool:
        return start in await shaken.starts()

    await eventually(free_again, within=20)
    assert [booking.state for booking in await bookings_on(stack, ticket.id)] == ["failed"]
    assert await claims_on(stack, ticket.id) == {made.id: "refused"}
    assert await findings(stack) == []
