"""Every graph, state and action, by API and by link: what the table allows happens, all else is 409."""

from collections.abc import AsyncIterator
from itertools import product
from typing import Any, get_args

import asyncpg
import pytest

from shared.contracts.booking_links import Graph
from shared.contracts.bookings import State
from tests.promised import ACTIONS, GRAPHS, LINKABLE, actor
from tests.stack import Stack
from tests.system.client import Answer, Client
from tests.system.following import JSON, link, now
from tests.system.making import a_booking_link, free_times, wish

FORCE = """
    update bookings set state = $2,
        failed_because = case when $2 = 'failed' then 'slot_taken' end,
        settle_at = case when $2 = 'confirming' then now() + interval '1 day' end
    where id = $1"""
ROW = """
    select to_jsonb(b)::text, (select count(*) from acts where booking_id = $1)
    from bookings b where id = $1"""
NOTED = (
    "select from_state, to_state, action, actor from transitions where booking_id = $1 order by id offset 1"
)
REFUSED = (409, "action_not_available")


@pytest.fixture
async def records(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(stack.dsn["booking"])
    yield connection
    await connection.close()


class Desk:
    """Bookings of one page, put into a state; nothing but a test does that."""

    def __init__(self, app: Client, visitor: Client, records: Any, page: dict[str, Any], state: str) -> None:
        self.app, self.visitor, self.records, self.page, self.state = app, visitor, records, page, state

    async def booking(self) -> dict[str, Any]:
        start = (await free_times(self.app, self.page))[0]
        made = await self.app.post("/v1/bookings", wish(start, booking_link_id=self.page["id"]))
        await self.records.execute(FORCE, made.data["id"], self.state)
        return await now(self.app, made.data, "available_actions")

    async def act(self, booking: dict[str, Any], action: str, by_link: bool) -> Answer:
        body = {"start": (await free_times(self.app, self.page))[7]}
        if by_link:
            return await self.visitor.post(link(self.app, booking, action), body, headers=JSON)
        return await self.app.ask("PUT", f"/v1/bookings/{booking['id']}/{action}", body)

    async def row(self, booking: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(await self.records.fetchrow(ROW, booking["id"]))

    async def noted(self, booking: dict[str, Any]) -> list[tuple[str, ...]]:
        return [tuple(row) for row in await self.records.fetch(NOTED, booking["id"])]


@pytest.mark.parametrize(("graph", "state"), list(product(get_args(Graph), get_args(State))))
async def test_what_the_table_allows_happens_and_all_else_changes_nothing(
    app: Client, visitor: Client, records: Any, graph: Graph, state: State
) -> None:
    paid = {"price": {"amount": 4000, "currency": "EUR"}, "hold_minutes": 240}
    price = paid if graph.endswith("payment") else {}
    page = await a_booking_link(app, graph=graph, **price)
    desk, promised = Desk(app, visitor, records, page, state), GRAPHS[graph].get(state, {})
    idle = await desk.booking()
    assert set(idle["available_actions"]) == set(promised)
    before = await desk.row(idle)
    ways = [*product(ACTIONS, [False]), *product(LINKABLE, [True])]
    for action, by_link in ways:
        if action not in promised:
            assert (await desk.act(idle, action, by_link)).refused == REFUSED, (action, by_link)
    assert (await desk.row(idle), await desk.noted(idle)) == (before, [])
    for action, by_link in ways:
        if action in promised:
            await _assert_done(desk, action, by_link, promised[action])


async def _assert_done(desk: Desk, action: str, by_link: bool, after: str) -> None:
    booking = await desk.booking()
    answer = await desk.act(booking, action, by_link)
    assert (answer.status, answer.data["state"]) == (200, after)
    assert await desk.noted(booking) == [(desk.state, after, action, actor(action) if by_link else "api")]
    again = await desk.act(booking, action, False)
    assert again.refused == REFUSED
    assert (await now(desk.app, booking))["state"] == after
