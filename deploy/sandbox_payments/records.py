"""The sandbox's own records: one SQLite file, safe on the disk before anything is answered."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from deploy.sandbox_payments.refused import Refused

T = TypeVar("T")

SCHEMA = Path(__file__).with_name("schema.sql")
BUSY_SECONDS = 10
"""A former process may still be ending."""


class Records:
    """Transactions over the file; one thread holds the connection, since SQLite writes one at a time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._thread = ThreadPoolExecutor(1, "records")
        self._connection: Connection | None = None

    async def open(self) -> None:
        """Open the file, made if missing, and bring it to the shape that this code expects."""
        await self._run(self._open)

    async def close(self) -> None:
        await self._run(self._close)
        self._thread.shutdown()

    async def transact(self, work: Callable[[Connection, float], T]) -> T:
        """Do the work, which is told the time in Unix seconds: all of it is on the disk afterwards, or none.

        A Refused that the work raises is an outcome like any other: what it wrote before stays.
        """
        return await self._run(lambda: self._transact(work))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> None:
        # Names and addresses are in it: nobody else may read it, nor what SQLite puts beside it.
        os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("pragma foreign_keys = on")
        connection.executescript(SCHEMA.read_text())
        self._connection = connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _transact(self, work: Callable[[Connection, float], T]) -> T:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the records are not open")
        self._connection.execute("begin immediate")
        try:
            answer = _outcome(work, self._connection)
            self._connection.execute("commit")
        except BaseException:
            # A full disk ends some transactions by itself.
            if self._connection.in_transaction:
                self._connection.execute("rollback")
            raise
        if isinstance(answer, Refused):
            raise answer
        return answer


def _outcome(work: Callable[[Connection, float], T], connection: Connection) -> T | Refused:
    try:
        return work(connection, time.time())
    except Refused as refused:
        return refused
