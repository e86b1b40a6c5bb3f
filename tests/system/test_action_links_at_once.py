"""Many people at one link at once: one thing happens."""

import asyncio
import random
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.stack import Stack
from tests.system.client import Client
from tests.system.following import ACTIONS, LEADS_TO, link, now, offering, other_time

MANY = 50
RACES = 100


@pytest.fixture
async def records(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(stack.dsn["booking"])
    yield connection
    await connection.close()


async def _acts(records: asyncpg.Connection, booking_id: str) -> list[tuple[str, str]]:
    """Action and new state of what was done to a booking since it was made."""
    rows = await records.fetch(
        "select action, to_state from transitions where booking_id = $1 order by id", booking_id
    )
    return [tuple(row) for row in rows if row["action"] in ACTIONS]


@pytest.mark.parametrize("action", ACTIONS)
async def test_fifty_at_once_succeed_and_one_transition_is_made(
    app: Client, visitor: Client, records: asyncpg.Connection, action: str
) -> None:
    booking = await offering(app, action)
    body = {"start": await other_time(app, booking)} if action == "reschedule_by_customer" else None
    address = link(app, booking, action)
    answers = await asyncio.gather(*(visitor.post(address, body) for _ in range(MANY)))
    assert {(one.status, one.data["state"]) for one in answers} == {(200, LEADS_TO[action])}
    told = [one.headers.get("Action-Link-Status") for one in answers]
    assert (told.count(None), told.count("replayed")) == (1, MANY - 1)
    assert await _acts(records, booking["id"]) == [(action, LEADS_TO[action])]
    if body:
        (successor,) = {one.data["rescheduled_to"] for one in answers}
        assert (await now(app, {"id": successor}))["start"] == body["start"]


async def test_of_confirm_and_decline_one_wins_and_the_other_is_told(
    app: Client, visitor: Client, records: asyncpg.Connection
) -> None:
    won = set()
    for _ in range(RACES):
        booking = await offering(app, "confirm")
        actions = ["confirm", "decline"]
        random.shuffle(actions)
        answers = await asyncio.gather(*(visitor.post(link(app, booking, action)) for action in actions))
        winner, loser = sorted(zip(answers, actions, strict=True), key=lambda one: one[0].status)
        assert winner[0].data["state"] == LEADS_TO[winner[1]]
        assert loser[0].refused == (409, "action_not_available")
        assert (await now(app, booking))["state"] == LEADS_TO[winner[1]]
        assert await _acts(records, booking["id"]) == [(winner[1], LEADS_TO[winner[1]])]
        won.add(winner[1])
    assert won == {"confirm", "decline"}
