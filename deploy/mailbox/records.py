"""Kept mail: one SQLite file, the newest letters in it."""

import asyncio
import json
import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

T = TypeVar("T")
SCHEMA = Path(__file__).with_name("schema.sql")
MOST_LETTERS, MOST_BYTES = 5_000, 200 * 1024 * 1024
LONGEST_ANSWER = 8 * 1024 * 1024
BUSY_SECONDS = 10
"""A former process may still be ending."""


class Letter(Struct, frozen=True):
    """A letter as it came, with its envelope; `number` grows with each and is never used again."""

    number: int
    received_at: float
    sender: str
    recipients: list[str]
    content: bytes


class Records:
    """The file; one thread holds the connection."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._thread = ThreadPoolExecutor(1, "records")
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the file, made if missing."""
        await self._run(self._open)

    async def close(self) -> None:
        if self._connection is not None:
            await self._run(self._connection.close)
        self._thread.shutdown()

    async def add(self, sender: str, recipients: Sequence[str], content: bytes) -> None:
        """Keep a letter; the oldest ones make room."""
        row = (time.time(), sender, json.dumps(list(recipients)), len(content), content)
        await self._run(lambda: _add(self._open_connection(), row, recipients))

    async def newest(self, to: str | None = None, after: int = 0, limit: int = 50) -> list[Letter]:
        """The newest first: `to` a recipient, with a number `after` this one; as many as fit an answer."""
        return await self._run(lambda: _newest(self._open_connection(), to, after, limit))

    async def get(self, number: int) -> Letter | None:
        return await self._run(lambda: _get(self._open_connection(), number))

    async def empty(self) -> int:
        """Forget all mail; how much there was."""
        return await self._run(lambda: self._open_connection().execute("delete from letters").rowcount)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _open(self) -> None:
        # Links that open bookings are in it: nobody else may read it, nor what SQLite puts beside it.
        os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self._file, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma foreign_keys = on")
        connection.executescript(SCHEMA.read_text())
        self._connection = connection

    def _open_connection(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the records are not open")
        return self._connection


def _add(conn: sqlite3.Connection, row: tuple[object, ...], recipients: Sequence[str]) -> None:
    with conn:
        conn.execute("begin immediate")
        number = conn.execute(
            "insert into letters (received_at, sender, recipients, size, content) values (?, ?, ?, ?, ?)", row
        ).lastrowid
        names = [(recipient.lower(), number) for recipient in recipients]
        conn.executemany("insert or ignore into envelopes values (?, ?)", names)
        conn.execute(
            "delete from letters where number <= ? - ? or number in (select number from (select number,"
            " sum(size) over (order by number desc) as total from letters) where total > ?)",
            [number, MOST_LETTERS, MOST_BYTES],
        )


def _newest(conn: sqlite3.Connection, to: str | None, after: int, limit: int) -> list[Letter]:
    found: list[Letter] = []
    total = 0
    asked = [after, to, (to or "").lower(), limit]
    for row in conn.execute(
        "select * from letters where number > ? and (? is null or number in"
        " (select number from envelopes where recipient = ?)) order by number desc limit ?",
        asked,
    ):
        total += row["size"]
        if found and total > LONGEST_ANSWER:
            break
        found.append(_letter(row))
    return found


def _get(conn: sqlite3.Connection, number: int) -> Letter | None:
    row = conn.execute("select * from letters where number = ?", [number]).fetchone()
    return None if row is None else _letter(row)


def _letter(row: sqlite3.Row) -> Letter:
    recipients = json.loads(row["recipients"])
    return Letter(row["number"], row["received_at"], row["sender"], recipients, row["content"])
