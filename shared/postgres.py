"""A piece's own PostgreSQL database: the pool, and transactions that survive what they may."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeAlias, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from shared.errors import Refusal

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Result = TypeVar("Result")

ATTEMPTS = 5
_CLASHES = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # How a pooled connection fails that the server closed while it rested.
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.DiskFullError,
)
_NO_TEXT = (asyncpg.UntranslatableCharacterError, asyncpg.CharacterNotInRepertoireError)


class Database:
    """The pool of one piece's database; it connects at first use, so that a piece boots without it."""

    def __init__(self, url: str, size: int, statement_cache: int) -> None:
        self._url = url
        self._size = size
        self._statement_cache = statement_cache
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def open(self) -> None:
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=0,
            max_size=self._size,
            statement_cache_size=self._statement_cache,
            command_timeout=30,
            timeout=5,
            # No session state is ever set, so there is none to reset between two uses.
            reset=_nothing,
            server_settings={"application_name": "bookonce", "timezone": "UTC"},
        )

    async def close(self) -> None:
        if self._pool is not None:
            self._pool.terminate()

    def connection(self) -> "_Lease":
        """A connection for single statements; Refusal `unavailable` when the database is away."""
        if self._pool is None:
            raise Refusal("unavailable")
        return _Lease(self._pool)

    async def transact(self, work: Callable[[Connection], Awaitable[Result]]) -> Result:
        """Run `work` in one READ COMMITTED transaction and commit it.

        A deadlock is run again. So is a transaction whose commit is in doubt because the
        connection broke: `work` must be safe to repeat, which writing with the same ids makes it.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self.connection() as conn, conn.transaction():
                    return await work(conn)
            except _CLASHES:
                if attempt == ATTEMPTS:
                    raise Refusal("unavailable") from None
            except Refusal as refusal:
                if refusal.code != "unavailable" or attempt > 1:
                    raise
            await asyncio.sleep(0.005 * attempt)
        raise AssertionError("the last attempt returns or raises")

    async def ready(self) -> None:
        """Raises when the database does not answer or has no schema yet."""
        async with self.connection() as conn:
            await conn.fetchval("select 1 from _yoyo_migration limit 1")


class _Lease:
    """A pooled connection for the time of a `with`, its failures in our own words.

    A text that PostgreSQL keeps nowhere, with a NUL in it, is a bad value.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._conn: Connection | None = None

    async def __aenter__(self) -> Connection:
        try:
            self._conn = await self._pool.acquire()
        except _AWAY:
            raise Refusal("unavailable") from None
        return self._conn

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self._conn is not None:
                await self._pool.release(self._conn)
        except _AWAY as failure:
            error = error or failure
        if isinstance(error, _NO_TEXT):
            raise Refusal("validation_failed", "No text may hold a NUL.") from None
        if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
            await self._pool.expire_connections()
            raise Refusal("unavailable") from None
        # A ValueError is asyncpg's word for an argument it cannot encode, and no fault of the database.
        if isinstance(error, _AWAY) and not isinstance(error, ValueError):
            raise Refusal("unavailable") from None


async def _nothing(_: object) -> None:
    return None
