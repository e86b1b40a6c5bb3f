"""The whole contents of the databases as one comparable value."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import asyncpg

_TABLES = """
    select table_name from information_schema.tables
    where table_schema = 'public' and table_name not like '%yoyo%' order by 1"""

# The sweep writes these down some time after what they tell of, or each time that it looks at a payment.
_NOTED_LATER = (
    "last_used_at,opened_count,first_opened_at,last_opened_at,expiry_noted_at,tell_tokens_at,due_at,attempts"
)

_TOLD_LATER = "'single_use_link.opened', 'single_use_link.expired'"
"""Events that come of it."""

FOLLOWS = "workflows"
"""It does what follows from earlier events in its own time; what it holds is told to tests of its own."""

Contents = dict[str, tuple[int, str]]


class Ledger:
    """Connections to all databases but that of workflows, each with one statement that reads every table."""

    def __init__(self, readers: Mapping[str, tuple[Any, str]]) -> None:
        self._readers = readers

    async def contents(self) -> Contents:
        """Number of rows and a digest of them all, by table."""
        return {
            f"{database}.{name}": (count, digest)
            for database, (connection, statement) in self._readers.items()
            for name, count, digest in await connection.fetch(statement)
        }

    @staticmethod
    @asynccontextmanager
    async def over(dsn: Mapping[str, str]) -> AsyncIterator["Ledger"]:
        async with AsyncExitStack() as stack:
            readers = {}
            for database, url in dsn.items():
                if database == FOLLOWS:
                    continue
                connection = await asyncpg.connect(url)
                stack.push_async_callback(connection.close)
                tables = [row[0] for row in await connection.fetch(_TABLES)]
                readers[database] = (connection, " union all ".join(map(_reading, tables)))
            yield Ledger(readers)


def _reading(table: str) -> str:
    return f"""
        select '{table}', count(*), md5(coalesce(string_agg(row, '|' order by row), ''))
        from (select (to_jsonb(t) - '{{{_NOTED_LATER}}}'::text[])::text as row from {table} t
            where to_jsonb(t) ->> 'type' is null or to_jsonb(t) ->> 'type' not in ({_TOLD_LATER})) as rows"""
