"""A piece dies while an action link acts: whoever tries again gets the success, and it happened once."""

from signal import SIGKILL
from typing import Any

import pytest

from tests.faults.desk import findings
from tests.faults.office import Office
from tests.faults.records import consumer_of, fetch, states_of
from tests.faults.wire import COMMIT, wired

ACTED = "select action from transitions where booking_id = $1 and action not in ('book', 'settle')"
POINTS = [
    ("actions", "link.verified"),
    ("actions", "link.followed"),
    ("booking", "act.before"),
    ("booking", "act.recorded"),
]


async def _acted(office: Office, booking: dict[str, Any]) -> list[str]:
    """Everything that was done to the booking since it was made."""
    return [row[0] for row in await fetch(office.stack.dsn["booking"], ACTED, booking["id"])]


@pytest.mark.parametrize("action", ["cancel", "reschedule_by_customer"])
@pytest.mark.parametrize(("piece", "point"), POINTS)
async def test_a_piece_killed_while_a_link_acts_answers_the_retry_alike(
    shaken: Office, piece: str, point: str, action: str
) -> None:
    stack, [start, other, *_], [ticket] = shaken.stack, await shaken.starts(), await shaken.mint()
    booking = (await shaken.book(ticket, start)).data
    chosen = other if action == "reschedule_by_customer" else None
    await stack.restart(piece, FAULTS=f"{point}:kill")
    assert (await shaken.follow(booking, action, chosen)).outcome == (503, "unavailable")
    assert await stack.ended(piece) == -SIGKILL
    await stack.restart(piece, FAULTS=None)
    again = await shaken.follow(booking, action, chosen)
    assert again.status == 200
    assert await _acted(shaken, booking) == [action]
    third = await shaken.follow(booking, action, chosen)
    assert (third.body, third.told["Action-Link-Status"]) == (again.body, "replayed")
    assert await _acted(shaken, booking) == [action]
    assert await findings(stack) == []


@pytest.mark.parametrize("point", ["act.before", "act.recorded", "settle.ruled", "settle.applied"])
async def test_booking_killed_while_the_host_confirms_spends_the_link_once(
    shaken: Office, point: str
) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    await shaken.let_the_host_decide()
    booking = (await shaken.book(ticket, start)).data
    assert booking["state"] == "tentative"
    await stack.restart("booking", FAULTS=f"{point}:kill")
    assert (await shaken.follow(booking, "confirm")).outcome == (503, "unavailable")
    assert await stack.ended("booking") == -SIGKILL
    assert await findings(stack) == []
    await stack.restart("booking", FAULTS=None)
    again = await shaken.follow(booking, "confirm")
    if again.status == 202:
        again = await shaken.ask("GET", again.data["status_url"])
    assert again.data["state"] == "confirmed"
    assert (await shaken.follow(booking, "decline")).outcome == (409, "action_not_available")
    assert await _acted(shaken, booking) == ["confirm"]
    assert str(await consumer_of(stack, ticket.id)) == booking["id"]
    assert await findings(stack) == []


async def test_tokens_away_while_the_host_confirms_is_a_202_that_ends_confirmed(shaken: Office) -> None:
    stack, start, [ticket] = shaken.stack, (await shaken.starts())[0], await shaken.mint()
    await shaken.let_the_host_decide()
    booking = (await shaken.book(ticket, start)).data
    await stack.kill("tokens")
    waiting = [await shaken.follow(booking, "confirm") for _ in range(2)]
    assert [answer.outcome for answer in waiting] == [(202, "confirming")] * 2
    assert "Action-Link-Status" not in waiting[0].told
    assert waiting[1].told["Action-Link-Status"] == "replayed"
    assert (await shaken.follow(booking, "decline")).outcome == (409, "action_not_available")
    assert start not in await shaken.starts()
    await stack.restart("tokens")
    settled = await shaken.ask("GET", waiting[0].data["status_url"])
    assert settled.data["state"] == "confirmed"
    assert await states_of(stack, settled.data["id"]) == [
        "confirming",
        "tentative",
        "confirming",
        "confirmed",
    ]
    assert await findings(stack) == []


@pytest.mark.parametrize("action", ["cancel", "reschedule"])
async def test_an_act_whose_commit_is_in_doubt_is_done_once_and_its_caller_never_knows(
    shaken: Office, action: str
) -> None:
    [start, other, *_], [ticket] = await shaken.starts(), await shaken.mint()
    booking = (await shaken.book(ticket, start)).data
    async with wired(shaken.stack, "booking") as wire:
        wire.break_after(COMMIT)
        answer = await shaken.ask("PUT", f"/v1/bookings/{booking['id']}/{action}", {"start": other})
        assert wire.broken == 1
    assert answer.data["state"] == ("cancelled" if action == "cancel" else "rescheduled")
    assert await _acted(shaken, booking) == [action]
    assert await findings(shaken.stack) == []
