"""What the sandbox works with: its records, its secret, its address."""

from collections.abc import Callable
from dataclasses import dataclass
from sqlite3 import Connection
from typing import TypeVar

from deploy.sandbox_payments import money, sessions
from deploy.sandbox_payments.records import Records

T = TypeVar("T")


@dataclass(frozen=True)
class Till:
    records: Records
    secret: str
    public_url: str

    async def transact(self, work: Callable[[Connection, float], T]) -> T:
        """For whoever asks: as the records do, once everything has happened whose time was up."""

        def whole(conn: Connection, now: float) -> T:
            pass_by(conn, now)
            return work(conn, now)

        return await self.records.transact(whole)

    def page(self, session_id: str) -> str:
        """Where a visitor pays for the session."""
        return f"{self.public_url}/pay/{session_id}"


def pass_by(conn: Connection, now: float) -> int:
    """Sessions and authorisations that end by themselves; returns how many did."""
    return sessions.expire_past(conn, now) + money.lapse_past(conn, now)
