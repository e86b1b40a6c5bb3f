"""Databases with hundreds of thousands of rows, without any piece that runs on them."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.scale import rows, rows_workflows
from tests.scale.plans import tell_plans
from tests.stack import Server

ROWS = 200_000
FILL = {
    "tokens": rows.fill_tokens,
    "booking": rows.fill_booking,
    "actions": rows.fill_actions,
    "workflows": rows_workflows.fill_workflows,
}

Connection = "asyncpg.Connection[asyncpg.Record]"


@pytest.fixture(scope="session")
async def large(postgres: Server) -> AsyncIterator[dict[str, str]]:
    """Connection strings of such a database for each piece; a connection is told all plans."""
    made = dict(zip(FILL, await asyncio.gather(*(_provide(postgres, piece) for piece in FILL)), strict=True))
    yield made
    await _drop(postgres, made)


async def _provide(postgres: Server, piece: str) -> str:
    name = f"{piece}_large"
    await postgres.cluster.provide(piece, name, f"{piece}_template")
    dsn = postgres.cluster.dsn(piece, name)
    conn = await asyncpg.connect(dsn)
    try:
        await FILL[piece](conn, ROWS)
    finally:
        await conn.close()
    owner = await asyncpg.connect(postgres.cluster.owner_dsn)
    try:
        await tell_plans(owner, name)
    finally:
        await owner.close()
    return dsn


async def _drop(postgres: Server, made: dict[str, str]) -> None:
    owner = await asyncpg.connect(postgres.cluster.owner_dsn)
    try:
        for dsn in made.values():
            await owner.execute(f'drop database "{dsn.rpartition("/")[2]}" with (force)')
    finally:
        await owner.close()
