"""The tokens service dies at a named place, and again while the booking settles: one booking comes of it."""

from signal import SIGKILL

import pytest

from tests.eventually import eventually
from tests.faults.desk import findings
from tests.faults.office import Office
from tests.faults.records import agree_on_one_booking, consumer_of

KEY = "the-same-visitor"


@pytest.mark.parametrize("point", ["claim.received", "claim.committed"])
async def test_tokens_killed_twice_leaves_the_visitor_a_status_url_that_ends_in_one_booking(
    shaken: Office, point: str
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    await stack.restart("tokens", FAULTS=f"{point}:kill")
    first = await shaken.book(ticket, start, KEY)
    assert first.outcome == (202, "confirming")
    status_url = first.data["status_url"]
    assert await stack.ended("tokens") == -SIGKILL
    assert (await shaken.ask("GET", status_url)).outcome == (202, "confirming")
    assert (await consumer_of(stack, ticket.id) is not None) == (point == "claim.committed")

    stack.launch("tokens")
    assert await stack.ended("tokens", within=30) == -SIGKILL

    await stack.restart("tokens", FAULTS=None)

    async def settled() -> bool:
        return (await shaken.ask("GET", status_url)).outcome == (201, "confirmed")

    await eventually(settled, within=10)
    made = await agree_on_one_booking(stack, ticket.id)
    again = await shaken.book(ticket, start, KEY)
    assert again.outcome == (201, "confirmed")
    assert first.data["id"] == again.data["id"] == str(made)
    assert await findings(stack) == []


async def test_a_contact_erased_while_the_verdict_is_lost_does_not_keep_the_booking_from_settling(
    shaken: Office,
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    await stack.restart("tokens", FAULTS="claim.committed:kill")
    first = await shaken.book(ticket, start)
    assert first.outcome == (202, "confirming")
    await shaken.erase(ticket)
    await stack.restart("tokens", FAULTS=None)

    async def settled() -> bool:
        return (await shaken.ask("GET", first.data["status_url"])).outcome == (201, "confirmed")

    await eventually(settled, within=10)
    await agree_on_one_booking(stack, ticket.id)
