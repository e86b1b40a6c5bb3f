"""Everything that has happened to a session and its money, in order and with the time."""

from sqlite3 import Connection
from typing import Literal

from msgspec import Struct

What = Literal[
    "opened", "declined", "expired", "authorised", "capture_refused", "captured", "released", "lapsed",
    "refunded",
]  # fmt: skip


class Movement(Struct, frozen=True, kw_only=True):
    """`at` is in Unix seconds, the amount in minor units."""

    session_id: str
    at: float
    what: What
    amount: int
    currency: str


def note(conn: Connection, movement: Movement) -> None:
    conn.execute(
        "insert into movements (session_id, at, what, amount, currency) values (?, ?, ?, ?, ?)",
        [movement.session_id, movement.at, movement.what, movement.amount, movement.currency],
    )


def every(conn: Connection) -> list[Movement]:
    """Oldest first."""
    found = conn.execute("select session_id, at, what, amount, currency from movements order by number")
    return [Movement(**dict(row)) for row in found]
