"""`no_show` marks a confirmed or completed booking, in no other state, and leaves the state alone."""

from collections.abc import AsyncIterator
from typing import Any, get_args

import asyncpg
import pytest

from shared.contracts.bookings import State
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import a_booking_link, free_times, wish

MARKED = ("confirmed", "completed")


@pytest.fixture
async def database(stack: Stack) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    conn = await asyncpg.connect(stack.dsn["booking"])
    yield conn
    await conn.close()


@pytest.fixture
async def booking(app: Client) -> dict[str, Any]:
    page = await a_booking_link(app)
    order = {**wish((await free_times(app, page))[0]), "booking_link_id": page["id"]}
    made: dict[str, Any] = (await app.post("/v1/bookings", order)).data
    return made


@pytest.mark.parametrize("state", get_args(State))
async def test_a_booking_is_marked_as_its_state_allows(
    app: Client, database: "asyncpg.Connection[asyncpg.Record]", booking: dict[str, Any], state: str
) -> None:
    await database.execute(
        """update bookings set state = $2,
           failed_because = case when $2 = 'failed' then 'slot_taken' end,
           settle_at = case when $2 = 'confirming' then now() + interval '1 day' end where id = $1""",
        booking["id"],
        state,
    )
    path = f"/v1/bookings/{booking['id']}"
    for mark, marked in (("unmark_no_show", False), ("no_show", True), ("unmark_no_show", False)):
        answer = await app.put(f"{path}/{mark}")
        if state in MARKED:
            assert (answer.data["state"], answer.data["no_show_at"] is not None) == (state, marked)
        else:
            assert answer.refused == (409, "action_not_available")
            assert (await app.get(path)).data["no_show_at"] is None
        assert (await app.get(path)).data["state"] == state


async def test_a_mark_moves_nothing(
    app: Client, database: "asyncpg.Connection[asyncpg.Record]", booking: dict[str, Any]
) -> None:
    noted = "select count(*) from transitions where booking_id = $1"
    before = await database.fetchval(noted, booking["id"])
    for mark in ("no_show", "no_show", "unmark_no_show", "unmark_no_show"):
        assert (await app.put(f"/v1/bookings/{booking['id']}/{mark}")).status == 200
    assert await database.fetchval(noted, booking["id"]) == before
    now = (await app.get(f"/v1/bookings/{booking['id']}")).data
    assert {**now, "updated_at": booking["updated_at"]} == booking
