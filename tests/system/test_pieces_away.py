"""A piece or a database is away: 503 that says to come back, nothing lost, a retry with the same key safe."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import asyncpg
import pytest

from tests.eventually import eventually
from tests.stack import Server, Stack
from tests.system.client import Answer, Client, program, visitor
from tests.system.making import a_booking_link, a_link, an_email, book_with, free_times, wish

HTML = {"Accept": "text/html"}


@pytest.fixture
def app(http: aiohttp.ClientSession, watchful: Stack) -> Client:
    return program(http, watchful.gateway, watchful.api_key)


@pytest.fixture
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


@asynccontextmanager
async def away(stack: Stack, piece: str) -> AsyncIterator[None]:
    await stack.kill(piece)
    try:
        yield
    finally:
        await stack.restart(piece)


def unavailable(answer: Answer) -> None:
    assert answer.refused == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_without_tokens_links_wait_and_pages_stay(
    app: Client, watchful: Stack, page: dict[str, Any]
) -> None:
    link, times = await a_link(app, page), await free_times(app, page)
    order = {"booking_link_id": page["id"], "contact": {"name": "Mei", "email": an_email()}}
    async with away(watchful, "tokens"):
        unavailable(await app.get(f"/single-use/{link['token']}"))
        unavailable(await app.post("/v1/single-use-links", order, key="away"))
        unavailable(await app.get("/v1/single-use-links.csv"))
        unavailable(await book_with(app, page, link))
        shown = await app.get(f"/single-use/{link['token']}", headers=HTML)
        assert (shown.status, 'data-code="unavailable"' in shown.text) == (503, True)
        assert link["token"] not in shown.text
        assert (await app.get(f"/book/{page['slug']}", headers=HTML)).status == 200
        # A booking without a link needs no tokens.
        assert (await app.post(f"/book/{page['slug']}", wish(times[5]))).status == 201
        for path in ("/healthz", "/readyz"):
            assert (await app.get(path)).status == 200
    made = (await app.post("/v1/single-use-links", order, key="away")).data
    assert (await app.post("/v1/single-use-links", order, key="away")).data == made
    assert (await book_with(app, page, link)).status == 201


async def test_without_booking_a_used_link_still_says_so(
    app: Client, watchful: Stack, page: dict[str, Any]
) -> None:
    used, fresh = await a_link(app, page), await a_link(app, page)
    await book_with(app, page, used)
    async with away(watchful, "booking"):
        unavailable(await app.get(f"/book/{page['slug']}"))
        unavailable(await app.get("/v1/bookings"))
        dead = await app.get(f"/single-use/{used['token']}", headers=HTML)
        assert (dead.status, 'data-code="link_consumed"' in dead.text) == (410, True)
        assert (await app.get(f"/single-use/{fresh['token']}")).status == 200


async def test_without_actions_no_new_key_is_let_in(
    app: Client, watchful: Stack, page: dict[str, Any]
) -> None:
    async with away(watchful, "actions"):
        unavailable(await app.get("/v1/contacts", headers={"Authorization": "Bearer live_api_key_other"}))
        assert (await app.get(f"/book/{page['slug']}")).status == 200


@asynccontextmanager
async def closed_to_all(postgres: Server, dsn: str) -> AsyncIterator[None]:
    """A database that has cut all connections and takes no new one."""
    name = dsn.rpartition("/")[2]
    owner = await asyncpg.connect(postgres.cluster.owner_dsn)
    try:
        await owner.execute(f'alter database "{name}" connection limit 0')
        await owner.fetch("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
        yield
    finally:
        await owner.execute(f'alter database "{name}" connection limit -1')
        await owner.close()


async def test_a_database_that_lets_nobody_in_is_a_503_and_the_piece_recovers_by_itself(
    app: Client, watchful: Stack, postgres: Server, page: dict[str, Any]
) -> None:
    link = await a_link(app, page)
    async with closed_to_all(postgres, watchful.dsn["tokens"]):
        unavailable(await app.get(f"/single-use/{link['token']}"))
        unavailable(await app.get("/v1/single-use-links"))
        unavailable(await app.get("/v1/single-use-links.csv"))
        tokens = visitor(app.http, watchful.urls["tokens"])
        assert (await tokens.get("/readyz")).status == 503
        assert (await tokens.get("/healthz")).status == 200

    async def opens() -> bool:
        return (await app.get(f"/single-use/{link['token']}")).status == 200

    await eventually(opens)
