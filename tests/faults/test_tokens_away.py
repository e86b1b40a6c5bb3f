"""Tokens is gone or silent while a visitor books: nothing is promised twice, and nothing is lost."""

from signal import SIGCONT, SIGSTOP

from tests.eventually import eventually
from tests.faults.claimant import consume
from tests.faults.desk import findings
from tests.faults.doorway import book_while
from tests.faults.office import Answer, Office
from tests.faults.records import agree_on_one_booking, bookings_on, claims_on, fetch

# The test turns the clock of one booking instead of waiting for its start.
PASS = """
    update bookings set start_at = now() - interval '1 minute', end_at = now() + interval '29 minutes'
    where id = $1"""


async def test_tokens_dead_at_the_door_is_a_503_that_changed_nothing(shaken: Office) -> None:
    start, [ticket] = (await shaken.starts())[0], await shaken.mint()
    await shaken.stack.kill("tokens")
    assert (await shaken.book(ticket, start, "again")).outcome == (503, "unavailable")
    assert await bookings_on(shaken.stack, ticket.id) == []
    assert start in await shaken.starts()
    await shaken.stack.restart("tokens")
    assert (await shaken.book(ticket, start, "again")).outcome == (201, "confirmed")
    await agree_on_one_booking(shaken.stack, ticket.id)


async def test_tokens_silent_after_the_door_is_a_202_that_ends_in_the_booking(shaken: Office) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()

    async def fall_silent() -> None:
        stack.signal("tokens", SIGSTOP)

    answer = await book_while(shaken, ticket, start, fall_silent)
    assert answer.outcome == (202, "confirming")
    assert start not in await shaken.starts()
    stack.signal("tokens", SIGCONT)
    await _until(shaken, answer, (201, "confirmed"))
    await agree_on_one_booking(stack, ticket.id)


async def test_a_link_revoked_before_its_verdict_fails_the_booking_and_frees_the_slot(
    shaken: Office,
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    answer = await book_while(shaken, ticket, start, lambda: stack.kill("tokens"))
    assert answer.outcome == (202, "confirming")
    stack.signal("booking", SIGSTOP)
    await stack.restart("tokens")
    await shaken.revoke(ticket)
    stack.signal("booking", SIGCONT)
    await _until(shaken, answer, (410, "link_revoked"))
    assert [booking.state for booking in await bookings_on(stack, ticket.id)] == ["failed"]
    assert (await shaken.book(ticket, start)).outcome == (410, "link_revoked")
    [other] = await shaken.mint()
    assert (await shaken.book(other, start)).outcome == (201, "confirmed")
    assert await findings(stack) == []


async def test_a_start_that_passes_before_the_verdict_is_fenced_and_a_late_consume_is_refused(
    shaken: Office,
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    answer = await book_while(shaken, ticket, start, lambda: stack.kill("tokens"))
    [made] = await bookings_on(stack, ticket.id)
    await fetch(stack.dsn["booking"], PASS, made.id)
    await stack.restart("tokens")

    async def failed() -> bool:
        return (await bookings_on(stack, ticket.id))[0].state == "failed"

    await eventually(failed, within=15)
    assert (await shaken.ask("GET", answer.data["status_url"])).outcome == (409, "slot_taken")
    assert await consume(shaken, ticket.id, made.id) == "fenced"
    assert await claims_on(stack, ticket.id) == {made.id: "fenced"}
    assert await shaken.status_of(ticket) == "open"
    assert (await shaken.book(ticket, start)).outcome == (201, "confirmed")
    assert await findings(stack) == []


async def test_a_visitor_who_asks_after_the_start_learns_what_the_sweep_would_have_decided(
    shaken: Office,
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    answer = await book_while(shaken, ticket, start, lambda: stack.kill("tokens"))
    [made] = await bookings_on(stack, ticket.id)
    await fetch(stack.dsn["booking"], PASS, made.id)
    await stack.restart("tokens")
    assert (await shaken.ask("GET", answer.data["status_url"])).outcome == (409, "slot_taken")
    assert await consume(shaken, ticket.id, made.id) == "fenced"
    assert await claims_on(stack, ticket.id) == {made.id: "fenced"}
    assert await shaken.status_of(ticket) == "open"
    assert (await shaken.book(ticket, start)).outcome == (201, "confirmed")
    assert await findings(stack) == []


async def _until(office: Office, answer: Answer, outcome: tuple[int, str]) -> None:
    """Follow the status URL: 202 until settled, then the outcome."""
    seen = {answer.outcome}

    async def settled() -> bool:
        seen.add((await office.ask("GET", answer.data["status_url"])).outcome)
        return outcome in seen

    await eventually(settled, within=15)
    assert seen == {(202, "confirming"), outcome}
