"""On 200,000 rows every statement of every store finds by an index what it wants."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from services.booking.store import due
from tests.scale import calls_actions, calls_booking, calls_tokens, calls_workflows
from tests.scale.calls import FEW, Call, statements, store_functions, with_database
from tests.scale.plans import Plans, Ran, read

CALLS = {
    "tokens": calls_tokens.calls,
    "booking": calls_booking.calls,
    "actions": calls_actions.calls,
    "workflows": calls_workflows.calls,
}
ROUNDS = 2
"""Lists come in so many forms that in two each statement has run more often than the five times after
which PostgreSQL may settle for a plan that does for all arguments alike."""
_BITMAP = "Bitmap Index Scan"
UNDONE = 1_000
"""Entries that calls made and undid, which a bitmap of an index counts with those of rows that are there."""


@asynccontextmanager
async def _watched(dsn: str) -> AsyncIterator[tuple[Any, Plans]]:
    conn = await asyncpg.connect(dsn)
    try:
        yield conn, Plans(conn)
    finally:
        await conn.close()


async def _run(conn: Any, plans: Plans, call: Call) -> list[Ran]:
    """Run it for real, undo it, and tell how it was done."""
    await plans.take()
    transaction = conn.transaction()
    await transaction.start()
    try:
        await call.function(conn, *call.arguments)
    finally:
        await transaction.rollback()
    return await plans.take()


def _flaws(ran: Ran, most: int) -> list[str]:
    """Which scans read whole tables, or more than `most` rows."""
    return [
        f"{scan['Node Type']} of {scan.get('Index Name') or scan['Relation Name']}: {read(scan)} rows"
        for scan in ran.scans()
        if scan["Node Type"] == "Seq Scan" or read(scan) > most + UNDONE * (scan["Node Type"] == _BITMAP)
    ]


@pytest.mark.parametrize("piece", with_database())
async def test_every_statement_of_a_store_reads_little_more_than_it_wants(
    large: dict[str, str], piece: str
) -> None:
    async with _watched(large[piece]) as (conn, plans):
        called, ran_texts = set(), set()
        flaws = []
        for call in await CALLS[piece](conn) * ROUNDS:
            called.add(f"{call.function.__module__}.{call.function.__name__}")
            for ran in await _run(conn, plans, call):
                ran_texts.add(ran.statement)
                flaws += [(flaw, call, ran.statement) for flaw in _flaws(ran, call.most)]
    assert not flaws, (len(flaws), flaws[:3])
    # Nothing is left out: neither a function, nor a statement that one of them names.
    assert store_functions(piece).keys() == called
    unseen = [name for name, text in statements(piece).items() if not any(text in ran for ran in ran_texts)]
    assert unseen == []


async def test_requests_about_to_lapse_are_found_in_one_pass_by_statistics_that_know_of_none(
    large: dict[str, str],
) -> None:
    async with _watched(large["booking"]) as (conn, plans):
        undone = conn.transaction()
        await undone.start()
        try:
            declined = "update bookings set state = 'declined' where state = 'tentative' returning id"
            ids = [row["id"] for row in await conn.fetch(declined)]
            await conn.execute("analyze bookings")
            await conn.execute("update bookings set state = 'tentative' where id = any($1)", ids)
            ran = await _run(conn, plans, Call(due.decline_lapsing, (500,), FEW))
        finally:
            await undone.rollback()
    assert len(ids) > 10
    assert [flaw for one in ran for flaw in _flaws(one, FEW)] == []


async def test_the_watch_sees_a_statement_that_has_no_index(large: dict[str, str]) -> None:
    async def without_index(conn: Any) -> None:
        await conn.fetch("select 1 from scheduling_single_use_links where slug = $1 limit 1", "nowhere")

    async with _watched(large["tokens"]) as (conn, plans):
        [ran] = await _run(conn, plans, Call(without_index, (), 50))
    assert _flaws(ran, 50) != []
