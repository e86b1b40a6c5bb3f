"""A database commits, but the connection breaks before it says so: doing it again does it once."""

from tests.faults.office import Office
from tests.faults.records import agree_on_one_booking
from tests.faults.wire import COMMIT, SETTLE, wired


async def test_a_booking_whose_commit_is_in_doubt_is_made_once_and_the_visitor_never_knows(
    shaken: Office,
) -> None:
    start, [ticket] = (await shaken.starts())[0], await shaken.mint()
    async with wired(shaken.stack, "booking") as wire:
        wire.break_after(COMMIT)
        answer = await shaken.book(ticket, start)
        assert wire.broken == 1
    assert answer.outcome == (201, "confirmed")
    assert str(await agree_on_one_booking(shaken.stack, ticket.id)) == answer.data["id"]


async def test_a_settling_whose_commit_is_in_doubt_is_found_done_by_the_retry(shaken: Office) -> None:
    start, [ticket] = (await shaken.starts())[0], await shaken.mint()
    async with wired(shaken.stack, "booking") as wire:
        wire.break_after(SETTLE)
        unsure = await shaken.book(ticket, start, "again")
        assert unsure.outcome == (202, "confirming")
        assert wire.broken == 1
        made = await agree_on_one_booking(shaken.stack, ticket.id)
        again = await shaken.book(ticket, start, "again")
        told = await shaken.ask("GET", unsure.data["status_url"])
    assert again.outcome == told.outcome == (201, "confirmed")
    assert again.data["id"] == told.data["id"] == str(made)


async def test_a_verdict_whose_commit_is_in_doubt_is_given_again_as_it_was(shaken: Office) -> None:
    start, [ticket] = (await shaken.starts())[0], await shaken.mint()
    async with wired(shaken.stack, "tokens") as wire:
        wire.break_after(COMMIT)
        answer = await shaken.book(ticket, start)
        assert wire.broken == 1
    assert answer.outcome == (201, "confirmed")
    assert str(await agree_on_one_booking(shaken.stack, ticket.id)) == answer.data["id"]
