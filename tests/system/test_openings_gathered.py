"""Openings are counted in memory and written together: ten thousand cost a statement a second at most."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from typing import Any

import aiohttp
import asyncpg
import pytest

from tests.eventually import eventually
from tests.stack import Server, Stack
from tests.system.client import Client, program
from tests.system.making import a_booking_link, a_link, an_email

LINKS = 10_000
CLIENTS = 24

_OPENED = """
    select opened_count, first_opened_at, last_opened_at from scheduling_single_use_links where id = $1"""
_WATCH = """
    create table writes (at timestamptz not null, what text not null, rows bigint not null);
    create function note_write() returns trigger language plpgsql as $$
    begin
        insert into writes
        select clock_timestamp(), tg_table_name || ' ' || lower(tg_op), count(*)
        from written having count(*) > 0;
        return null;
    end
    $$;
    create trigger watch_updates after update on scheduling_single_use_links
        referencing new table as written for each statement execute function note_write();
    create trigger watch_inserts after insert on scheduling_single_use_links
        referencing new table as written for each statement execute function note_write();
    create trigger watch_claims after insert on claims
        referencing new table as written for each statement execute function note_write()"""


@pytest.fixture(scope="module")
async def watched(postgres: Server) -> AsyncIterator[Stack]:
    """A stack whose tokens database notes each statement that writes."""
    async with postgres.stack() as running:
        conn = await asyncpg.connect(running.dsn["tokens"])
        await conn.execute(_WATCH)
        await conn.close()
        yield running


@pytest.fixture
async def database(watched: Stack) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    conn = await asyncpg.connect(watched.dsn["tokens"])
    yield conn
    await conn.close()


@pytest.fixture(scope="module")
def app(http: aiohttp.ClientSession, watched: Stack) -> Client:
    return program(http, watched.gateway, watched.api_key)


async def _prefill(app: Client, slug: str, tokens: Sequence[str]) -> None:
    """Open these links as visitors do, many at a time."""
    waiting = iter(tokens)

    async def client() -> None:
        for token in waiting:
            asked = await app.post(f"/book/{slug}/prefill", {"single_use_token": token})
            assert asked.status == 200, asked.text

    await asyncio.gather(*(client() for _ in range(CLIENTS)))


async def test_ten_thousand_openings_are_written_by_a_statement_a_second_at_most(
    app: Client, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    page, mark = await a_booking_link(app), an_email()
    rows = [{"name": "One", "email": f"{number}.{mark}"} for number in range(LINKS)]
    order = {"booking_link_id": page["id"], "contacts": rows}
    results = (await app.post("/v1/single-use-links/bulk", order)).data
    tokens = [result["link"]["token"] for result in results]
    await database.execute("truncate writes")
    began = time.monotonic()
    await _prefill(app, page["slug"], tokens)

    async def all_counted() -> bool:
        counted = "select count(*) from scheduling_single_use_links where opened_count = 1"
        return bool(await database.fetchval(counted) == LINKS)

    await eventually(all_counted)
    took = time.monotonic() - began
    writes = await database.fetch("select at, what, rows from writes order by at")
    assert {write["what"] for write in writes} == {"scheduling_single_use_links update"}
    assert sum(write["rows"] for write in writes) == LINKS
    assert 1 <= len(writes) <= took + 1
    gaps = [(later["at"] - sooner["at"]).total_seconds() for sooner, later in pairwise(writes)]
    # A statement is noted at its end: one that takes long may be followed the sooner.
    assert sum(gaps) >= 0.9 * len(gaps), gaps


async def test_a_bare_fetch_writes_nothing_and_a_prefill_counts_each_time(
    app: Client, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    page = await a_booking_link(app)
    fetched, opened = await a_link(app, page), await a_link(app, page)
    await database.execute("truncate writes")
    for link in (fetched, opened):
        for method in ("GET", "HEAD", "GET"):
            assert (await app.ask(method, f"/single-use/{link['token']}")).status == 200
    await _prefill(app, page["slug"], [opened["token"]] * 7)

    async def counted() -> Any:
        row = await database.fetchrow(_OPENED, opened["id"])
        return row if row and row["opened_count"] == 7 else None

    row = await eventually(counted)
    assert row["first_opened_at"] < row["last_opened_at"]
    assert sum([write["rows"] for write in await database.fetch("select rows from writes")]) <= 2
    assert tuple(await database.fetchrow(_OPENED, fetched["id"]) or ()) == (0, None, None)


async def test_openings_not_yet_written_survive_an_orderly_stop(
    app: Client, watched: Stack, database: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    page = await a_booking_link(app)
    links = [await a_link(app, page) for _ in range(30)]
    tokens = [link["token"] for link in links]
    await _prefill(app, page["slug"], tokens * 3)
    await watched.stop("tokens")
    try:
        counts = await database.fetch(
            "select opened_count from scheduling_single_use_links where id = any($1)",
            [link["id"] for link in links],
        )
        assert [row["opened_count"] for row in counts] == [3] * len(links)
    finally:
        await watched.restart("tokens")
