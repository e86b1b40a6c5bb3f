"""The feeds of tokens and booking: every event once, in order, however late its transaction commits."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from types import ModuleType
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.booking.store import events as of_booking
from services.tokens.store import events as of_links
from shared import deadline, feed, process
from shared.contracts.events import EventPage, EventQuery
from shared.errors import Refusal
from shared.postgres import Database
from tests.feeds import read_up
from tests.stack import Server

STORES: dict[str, ModuleType] = {"tokens": of_links, "booking": of_booking}
INSERT = "insert into events (app_id, type, subject_id) values ($1, $2, $1) returning id"
GUARD = "and transaction < pg_snapshot_xmin(pg_current_snapshot())"
PATIENT = 5000


class Feed(NamedTuple):
    """A feed that nobody writes to but its test."""

    store: ModuleType
    database: Database
    dsn: str

    async def read(self, after: str | None = None, limit: int = 200, wait_ms: int = 0) -> EventPage:
        return await feed.read(self.database, self.store.list_from, EventQuery(after, limit, wait_ms))

    async def readable(self) -> None:
        """Wait until everything that is committed now can be read."""
        async with self.database.connection() as conn:
            await read_up(partial(feed.read, self.database, self.store.list_from), conn, "")

    async def write(self, *types: str) -> list[UUID]:
        """Tell of something, each in a transaction of its own, and wait until it can be read."""
        made = [(await self.run(INSERT, uuid4(), one))[0]["id"] for one in types]
        await self.readable()
        return made

    async def run(self, statement: str, *values: object) -> list[Any]:
        async with self.database.connection() as conn:
            found: list[Any] = await conn.fetch(statement, *values)
            return found


@pytest.fixture(scope="module", params=STORES)
async def opened(request: pytest.FixtureRequest, postgres: Server) -> AsyncIterator[Feed]:
    piece = request.param
    await postgres.cluster.provide(piece, f"{piece}_feed", f"{piece}_template")
    dsn = postgres.cluster.dsn(piece, f"{piece}_feed")
    database = Database(dsn, 5, 100)
    await database.open()
    yield Feed(STORES[piece], database, dsn)
    await database.close()


@pytest.fixture
async def told(opened: Feed) -> Feed:
    await opened.run("truncate events")
    return opened


Step = Callable[[], Awaitable[Any]]


async def _late_commit(told: Feed) -> tuple[list[str], list[str]]:
    """What a reader is told while an older transaction is still open, and what after its commit."""
    await told.write("first")
    start = await told.read()
    slow = await asyncpg.connect(told.dsn)
    try:
        transaction = slow.transaction()
        await transaction.start()
        await slow.fetchval(INSERT, uuid4(), "slow")
        await told.run(INSERT, uuid4(), "quick")
        during = await told.read(start.cursor)
        await transaction.commit()
        await told.readable()
        after = await told.read(during.cursor)
    finally:
        await slow.close()
    return _types(during), _types(after)


async def test_what_commits_late_is_not_passed_over(told: Feed) -> None:
    assert await _late_commit(told) == ([], ["slow", "quick"])


async def test_without_its_guard_the_feed_passes_over_what_commits_late(
    told: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = told.store._LIST_FROM
    assert statement.count(GUARD) == 1
    monkeypatch.setattr(told.store, "_LIST_FROM", statement.replace(GUARD, ""))
    assert await _late_commit(told) == (["quick"], [])


async def test_an_older_transaction_that_wrote_later_comes_first_on_pages_of_one(told: Feed) -> None:
    older = await asyncpg.connect(told.dsn)
    transaction = older.transaction()
    await transaction.start()
    await older.fetchval("select pg_current_xact_id()")
    await told.run(INSERT, uuid4(), "younger")
    await older.fetchval(INSERT, uuid4(), "older")
    await transaction.commit()
    await older.close()
    await told.readable()
    first = await told.read(limit=1)
    second = await told.read(first.cursor, limit=1)
    assert (_types(first), _types(second)) == (["older"], ["younger"])


async def test_what_is_rolled_back_holds_nothing_up_and_is_never_told(told: Feed) -> None:
    undone = await asyncpg.connect(told.dsn)
    transaction = undone.transaction()
    await transaction.start()
    await undone.fetchval(INSERT, uuid4(), "undone")
    await told.run(INSERT, uuid4(), "done")
    assert _types(await told.read()) == []
    await transaction.rollback()
    await undone.close()
    await told.readable()
    assert _types(await told.read()) == ["done"]


async def test_a_transaction_that_only_reads_holds_nothing_up(told: Feed) -> None:
    reader = await asyncpg.connect(told.dsn)
    transaction = reader.transaction(isolation="repeatable_read")
    await transaction.start()
    await reader.fetch("select 1 from events")
    await told.write("done")
    assert _types(await told.read()) == ["done"]
    await transaction.rollback()
    await reader.close()


async def test_pages_tell_every_event_once_and_in_order(told: Feed) -> None:
    many = "select $1, n::text, $1 from generate_series(1, 2500) as n"
    await told.run(f"insert into events (app_id, type, subject_id) {many}", uuid4())
    await told.write("last")
    seen, cursor = [], None
    while (page := await told.read(cursor, 1000)).events:
        assert not page.restarted
        seen.append(_types(page))
        cursor = page.cursor
    assert [len(types) for types in seen] == [1000, 1000, 501]
    assert [one for types in seen for one in types] == [*(str(n) for n in range(1, 2501)), "last"]
    assert page.cursor == cursor


async def test_before_the_first_event_the_cursor_is_empty_and_goes_on_from_there(told: Feed) -> None:
    page = await told.read()
    assert page == EventPage([], "")
    await told.write("first")
    assert _types(await told.read(page.cursor)) == ["first"]


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "1.2",
        "1.2.3.4",
        "1.2.-3." + "0" * 32,
        "9" * 199,
        "1.2.3." + "0" * 32 + "\n",
        "1.2.٣." + "0" * 32,
    ],
)
async def test_what_is_no_cursor_is_refused(told: Feed, cursor: str) -> None:
    with pytest.raises(Refusal) as refused:
        await told.read(cursor)
    assert refused.value.code == "validation_failed"


async def test_in_another_cluster_the_reader_begins_anew(told: Feed) -> None:
    await told.write("first", "second")
    cluster, _, place = (await told.read()).cursor.partition(".")
    page = await told.read(f"{int(cluster) + 1}.{place}")
    assert (page.restarted, _types(page)) == (True, ["first", "second"])
    assert not (await told.read(page.cursor)).restarted


LOST = {
    "that is gone": "delete from events where id = $1",
    "whose place another has taken": "update events set id = gen_random_uuid() where id = $1",
    "that moved to another place": "update events set sequence = default where id = $1",
}


@pytest.mark.parametrize("loss", LOST.values(), ids=LOST)
async def test_from_an_event_that_was_lost_the_reader_begins_anew(told: Feed, loss: str) -> None:
    _, last = await told.write("first", "last")
    cursor = (await told.read()).cursor
    await told.run(loss, last)
    page = await told.read(cursor, 1)
    assert (page.restarted, _types(page)) == (True, ["first"])


async def test_a_reader_of_what_is_empty_again_is_told_so_once(told: Feed) -> None:
    await told.write("first")
    cursor = (await told.read()).cursor
    await told.run("truncate events")
    assert await told.read(cursor, wait_ms=PATIENT) == EventPage([], "", restarted=True)


async def test_events_of_more_than_30_days_ago_are_forgotten_oldest_first_and_bit_by_bit(told: Feed) -> None:
    aged = """insert into events (app_id, type, subject_id, occurred_at)
        select $1, n::text, $1, now() - make_interval(days => 30, mins => 150 - 60 * n)
        from generate_series(1, 5) as n"""
    await told.run(aged, uuid4())
    await told.readable()
    async with told.database.connection() as conn:
        assert await told.store.forget(conn, 1) == 1
        assert _types(await told.read()) == ["2", "3", "4", "5"]
        assert [await told.store.forget(conn, 2) for _ in range(3)] == [1, 0, 0]
    assert _types(await told.read()) == ["3", "4", "5"]


async def test_a_reader_that_waits_is_told_at_once(told: Feed) -> None:
    began = time.monotonic()
    waiting = asyncio.create_task(told.read(wait_ms=PATIENT))
    await told.write("news")
    assert _types(await waiting) == ["news"]
    assert time.monotonic() - began < PATIENT / 1000 / 2


async def test_a_reader_waits_no_longer_than_it_asked_or_has_time_for(told: Feed) -> None:
    began = time.monotonic()
    assert (await told.read(wait_ms=300)).events == []
    async with deadline.within(0.4):
        assert (await told.read(wait_ms=PATIENT)).events == []
    assert 0.3 < time.monotonic() - began < PATIENT / 1000 / 2


async def test_nobody_waits_in_a_process_that_ends(told: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    waiting = asyncio.create_task(told.read(wait_ms=PATIENT))
    process.ending.set()
    try:
        assert (await waiting).events == []
    finally:
        process.ending.clear()
    assert time.monotonic() - began < PATIENT / 1000 / 2


def _types(page: EventPage) -> list[str]:
    return [event.type for event in page.events]
