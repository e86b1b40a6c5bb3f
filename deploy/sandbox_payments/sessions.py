"""Checkout sessions: opened once per key, open until they are paid or end."""

import secrets
from datetime import datetime
from sqlite3 import Connection
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from deploy.sandbox_payments import movements, outbox
from deploy.sandbox_payments.movements import Movement, What
from deploy.sandbox_payments.refused import Refused

Status = Literal["open", "expired", "paid"]


class Order(Struct, frozen=True, kw_only=True):
    """What is to be paid for; the amount is in minor units."""

    payment_id: UUID
    amount: Annotated[int, Meta(ge=1, le=10**12)]
    currency: Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")]
    title: Annotated[str, Meta(max_length=1_000)]
    customer_email: Annotated[str, Meta(max_length=1_000)]
    session_ends: Annotated[datetime, Meta(tz=True)]
    return_url: Annotated[str, Meta(pattern=r"\Ahttps?://[^\s/]+(/\S*)?\Z", max_length=4_000)]


class Session(Struct, frozen=True, kw_only=True):
    """A session as it is recorded; times are Unix seconds."""

    id: str
    key: str
    payment_id: str
    amount: int
    currency: str
    title: str
    customer_email: str
    session_ends: float
    return_url: str
    status: Status
    late: Literal["no", "chosen", "due"]
    created_at: float


def open_once(conn: Connection, now: float, key: str, order: Order) -> Session:
    """The session of this key, opened now if there is none; Refused when the key came with another order."""
    asked = {**msgspec.structs.asdict(order), "payment_id": str(order.payment_id)}
    asked["session_ends"] = order.session_ends.timestamp()
    if row := conn.execute("select * from sessions where key = ?", [key]).fetchone():
        if any(row[name] != value for name, value in asked.items()):
            raise Refused(400, "idempotency_key_reused", "This key came with another order before.")
        return _session(row)
    values = {"id": f"cs_sandbox_{secrets.token_hex(16)}", "key": key, "created_at": now, **asked}
    conn.execute(
        "insert into sessions (id, key, payment_id, amount, currency, title, customer_email, session_ends,"
        " return_url, created_at) values (:id, :key, :payment_id, :amount, :currency, :title,"
        " :customer_email, :session_ends, :return_url, :created_at)",
        values,
    )
    opened = get(conn, values["id"])
    _note(conn, now, opened, "opened")
    return opened


def get(conn: Connection, id: str) -> Session:
    if row := conn.execute("select * from sessions where id = ?", [id]).fetchone():
        return _session(row)
    raise Refused(404, "session_unknown", "There is no such session.")


def every(conn: Connection) -> list[Session]:
    """Oldest first."""
    return [_session(row) for row in conn.execute("select * from sessions order by created_at, id")]


def expire(conn: Connection, now: float, id: str) -> Session:
    """End the session if it is open; as it is afterwards."""
    session = get(conn, id)
    if session.status != "open":
        return session
    conn.execute("update sessions set status = 'expired' where id = ?", [id])
    _note(conn, now, session, "expired")
    outbox.write(conn, now, "session.expired", session)
    return get(conn, id)


def expire_past(conn: Connection, now: float) -> int:
    """End every session whose time is over; returns how many."""
    past = conn.execute(
        "select id from sessions where status = 'open' and session_ends <= ?", [now]
    ).fetchall()
    for row in past:
        expire(conn, now, row["id"])
    return len(past)


def tell(conn: Connection, id: str) -> Session:
    """The session for somebody who asks. Once it is told that it is expired, who pays late may do so."""
    conn.execute(
        "update sessions set late = 'due' where id = ? and status = 'expired' and late = 'chosen'", [id]
    )
    return get(conn, id)


def decline(conn: Connection, now: float, id: str) -> None:
    """A card is declined: the session stays open for another try."""
    _note(conn, now, still_open(conn, id), "declined")


def choose_late(conn: Connection, id: str) -> None:
    """The money will be there only once the session has ended."""
    conn.execute("update sessions set late = 'chosen' where id = ?", [still_open(conn, id).id])


def still_open(conn: Connection, id: str) -> Session:
    """The session; Refused when nobody can pay for it any more."""
    session = get(conn, id)
    if session.status == "open":
        return session
    raise Refused(409, f"session_{session.status}", f"The session is {session.status}.")


def late(conn: Connection) -> list[Session]:
    """Those that are to be paid now that they have ended."""
    return [_session(row) for row in conn.execute("select * from sessions where late = 'due'")]


def paid(conn: Connection, id: str) -> None:
    conn.execute("update sessions set status = 'paid', late = 'no' where id = ?", [id])


def _session(row: object) -> Session:
    return Session(**dict(row))  # type: ignore[call-overload]


def _note(conn: Connection, now: float, session: Session, what: What) -> None:
    movements.note(
        conn,
        Movement(session_id=session.id, at=now, what=what, amount=session.amount, currency=session.currency),
    )
