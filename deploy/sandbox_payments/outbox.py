"""Webhooks to send, written in the transaction that they tell of."""

import secrets
from sqlite3 import Connection
from typing import Literal, Protocol

import msgspec
from msgspec import Struct

from deploy.sandbox_payments import switches

Type = Literal["session.paid", "session.expired", "money.captured", "money.released", "money.refunded"]
State = Literal["waiting", "sent", "dropped", "given_up"]

ACCOUNT = "acct_sandbox"
AT_ONCE = 20
REORDER_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 900.0
PATIENCE_SECONDS = 24 * 3600
"""After so long without an answer of 2xx a webhook is given up."""


class About(Protocol):
    """The session that a webhook tells of."""

    @property
    def id(self) -> str: ...
    @property
    def payment_id(self) -> str: ...


class Message(Struct, frozen=True, kw_only=True):
    """What a webhook says; `created` is in Unix seconds."""

    id: str
    type: Type
    account: str
    created: int
    session_id: str
    payment_id: str


class Webhook(Struct, frozen=True, kw_only=True):
    """A message on its way: `copies` are sent each time, `attempts` have failed so far."""

    number: int
    id: str
    type: Type
    session_id: str
    body: str
    created_at: float
    due_at: float
    copies: int
    reordered: bool
    attempts: int
    state: State


def write(conn: Connection, now: float, type: Type, session: About) -> None:
    """Have it told that this happened to the session or its money, as the switches are now."""
    positions = switches.read(conn)
    message = Message(
        id=f"evt_sandbox_{secrets.token_hex(16)}",
        type=type,
        account=ACCOUNT,
        created=int(now),
        session_id=session.id,
        payment_id=session.payment_id,
    )
    delay = max(positions.delay_ms / 1000, REORDER_SECONDS if positions.reorder else 0)
    conn.execute(
        "insert into webhooks (id, type, session_id, body, created_at, due_at, copies, reordered, state)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            *(message.id, type, session.id, msgspec.json.encode(message).decode(), now, now + delay),
            *(positions.duplicate, positions.reorder, "dropped" if positions.drop else "waiting"),
        ],
    )


def due(conn: Connection, now: float) -> list[Webhook]:
    """What is to be sent now, in this order."""
    if switches.read(conn).hold:
        return []
    found = _select(conn, "due_at <= ? order by due_at, number limit ?", now, AT_ONCE)
    plain = [webhook for webhook in found if not _reordered(webhook)]
    if len(plain) == len(found):
        return plain
    # The first whose time is up takes along all that came after it meanwhile.
    return plain + _select(conn, "reordered and attempts = 0 order by number desc")


def every(conn: Connection) -> list[Webhook]:
    """Oldest first."""
    return [_webhook(row) for row in conn.execute("select * from webhooks order by number")]


def sent(conn: Connection, webhook: Webhook) -> None:
    conn.execute("update webhooks set state = 'sent' where number = ?", [webhook.number])


def failed(conn: Connection, now: float, webhook: Webhook) -> None:
    """Try again after ever longer pauses, for about a day."""
    pause = min(FIRST_PAUSE * 2**webhook.attempts, LONGEST_PAUSE)
    given_up = now + pause > webhook.created_at + PATIENCE_SECONDS
    conn.execute(
        "update webhooks set attempts = attempts + 1, due_at = ?, state = ? where number = ?",
        [now + pause, "given_up" if given_up else "waiting", webhook.number],
    )


def _reordered(webhook: Webhook) -> bool:
    return webhook.reordered and webhook.attempts == 0


def _select(conn: Connection, which: str, *values: float) -> list[Webhook]:
    found = conn.execute("select * from webhooks where state = 'waiting' and " + which, values)  # noqa: S608
    return [_webhook(row) for row in found]


def _webhook(row: object) -> Webhook:
    values = dict(row)  # type: ignore[call-overload]
    return Webhook(**{**values, "reordered": bool(values["reordered"])})
