"""A lock in a piece's database, taken by the test to bring two rivals to the same place at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

VERDICTS = "lock table claims in share mode"
"""Nobody writes a claim; links and claims can be read and their rows locked."""
HOST = "select 1 from hosts where email = $1 for update"
"""Nobody books with this host."""
QUEUE = "select 1 from hosts where email = $1 for no key update"
"""The same lock as bookings take: whoever does not queue for it goes past."""
BOOKING = "select 1 from bookings where id = $1 for update"
"""Nobody moves this booking to another state."""

_WAITING = "select count(*) from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'"


class Hold:
    """A lock in force until it is released; `connection` is inside the transaction that has it."""

    def __init__(self, connection: Any, watcher: Any) -> None:
        self.connection = connection
        self._watcher = watcher
        self._transaction = connection.transaction()

    async def take(self, statement: str, *values: object) -> None:
        await self._transaction.start()
        await self.connection.execute(statement, *values)

    async def waiting(self) -> int:
        """How many sessions of this database wait for a lock now, this one or one behind it."""
        name = await self._watcher.fetchval("select current_database()")
        count: int = await self._watcher.fetchval(_WAITING, name)
        return count

    async def release(self) -> None:
        """Commit what the connection did, and let everybody go on."""
        await self._transaction.commit()


@asynccontextmanager
async def held(dsn: str, statement: str, *values: object) -> AsyncIterator[Hold]:
    """Take a lock; one that the body did not release goes with the connection."""
    connection, watcher = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    try:
        hold = Hold(connection, watcher)
        await hold.take(statement, *values)
        yield hold
    finally:
        await connection.close()
        await watcher.close()
