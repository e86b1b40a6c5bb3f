"""What visitors have put up: authorised first, then captured or given back, each once."""

import secrets
from collections.abc import Mapping
from sqlite3 import Connection
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from deploy.sandbox_payments import movements, outbox, sessions, switches
from deploy.sandbox_payments.movements import Movement, What
from deploy.sandbox_payments.refused import Refused, away

Status = Literal["authorised", "captured", "released", "lapsed", "refunded"]
_TOLD: Mapping[Status, outbox.Type] = {
    "authorised": "session.paid",
    "captured": "money.captured",
    "released": "money.released",
    "lapsed": "money.released",
    "refunded": "money.refunded",
}


class Money(Struct, frozen=True, kw_only=True):
    """Money as it is recorded. `lapses_at`, in Unix seconds, is when it goes back by itself unless captured.

    `refused` once a capture was finally refused.
    """

    id: str
    session_id: str
    amount: int
    currency: str
    status: Status
    lapses_at: float
    refused: bool


def get(conn: Connection, id: str) -> Money:
    if row := conn.execute("select * from money where id = ?", [id]).fetchone():
        return _money(row)
    raise Refused(404, "money_unknown", "There is no such money.")


def by_session(conn: Connection) -> dict[str, Money]:
    return {row["session_id"]: _money(row) for row in conn.execute("select * from money")}


def of_session(conn: Connection, session_id: str) -> Money | None:
    row = conn.execute("select * from money where session_id = ?", [session_id]).fetchone()
    return _money(row) if row else None


def put_up(conn: Connection, now: float, session_id: str) -> Money:
    """The visitor pays: what the session asks for, unless a switch says otherwise, is authorised."""
    session, positions = sessions.get(conn, session_id), switches.read(conn)
    money = Money(
        id=f"mo_sandbox_{secrets.token_hex(16)}",
        session_id=session_id,
        amount=positions.pay_amount or session.amount,
        currency=positions.pay_currency or session.currency,
        status="authorised",
        lapses_at=now + positions.authorisation_seconds,
        refused=False,
    )
    conn.execute(
        "insert into money (id, session_id, amount, currency, lapses_at) values (?, ?, ?, ?, ?)",
        [money.id, session_id, money.amount, money.currency, money.lapses_at],
    )
    sessions.paid(conn, session_id)
    _tell(conn, now, money)
    return money


def capture(conn: Connection, now: float, id: str) -> Money:
    """Take what is authorised; Refused with 402, for good, when that can no longer be done."""
    money = get(conn, id)
    if switches.spend(conn, "fail_captures"):
        raise away()
    if money.status == "captured":
        return money
    if money.status != "authorised":
        raise Refused(402, f"money_{money.status}", f"The money is {money.status} already.")
    if not money.refused and switches.spend(conn, "refuse_captures"):
        conn.execute("update money set refused = 1 where id = ?", [id])
        _note(conn, now, money, "capture_refused")
        money = replace(money, refused=True)
    if money.refused:
        raise Refused(402, "capture_refused", "The visitor's bank refuses the capture.")
    return _become(conn, now, money, "captured")


def give_back(conn: Connection, now: float, id: str) -> Money:
    """Release what is authorised, refund what is captured; what is back already stays so."""
    money = get(conn, id)
    if money.status == "authorised":
        return _become(conn, now, money, "released")
    if money.status == "captured":
        return _become(conn, now, money, "refunded")
    return money


def lapse_past(conn: Connection, now: float) -> int:
    """Let go of what was authorised too long ago; returns how many."""
    past = conn.execute(
        "select * from money where status = 'authorised' and lapses_at <= ?", [now]
    ).fetchall()
    for row in past:
        _become(conn, now, _money(row), "lapsed")
    return len(past)


def _become(conn: Connection, now: float, money: Money, status: Status) -> Money:
    conn.execute("update money set status = ? where id = ?", [status, money.id])
    after = replace(money, status=status)
    _tell(conn, now, after)
    return after


def _tell(conn: Connection, now: float, money: Money) -> None:
    _note(conn, now, money, money.status)
    outbox.write(conn, now, _TOLD[money.status], sessions.get(conn, money.session_id))


def _note(conn: Connection, now: float, money: Money, what: What) -> None:
    movements.note(
        conn,
        Movement(
            session_id=money.session_id, at=now, what=what, amount=money.amount, currency=money.currency
        ),
    )


def _money(row: object) -> Money:
    values = dict(row)  # type: ignore[call-overload]
    return Money(**{**values, "refused": bool(values["refused"])})
