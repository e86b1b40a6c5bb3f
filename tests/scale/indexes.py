"""A table without its secondary indexes while it is filled: building them at the end is faster."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

_INDEXES = """
    select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
    where indrelid = $1::text::regclass and not indisprimary
      and not exists (select from pg_constraint where conindid = indexrelid)"""


@asynccontextmanager
async def without_indexes(conn: "asyncpg.Connection[asyncpg.Record]", table: str) -> AsyncIterator[None]:
    """Take the indexes away and put the very same ones back."""
    await conn.execute("set maintenance_work_mem = '256MB'")
    indexes = await conn.fetch(_INDEXES, table)
    for name, _ in indexes:
        await conn.execute(f"drop index {name}")
    yield
    for _, definition in indexes:
        await conn.execute(definition, timeout=600)
