"""What the API answers: sessions and money as those who ask may know them."""

from datetime import UTC, datetime
from sqlite3 import Connection
from typing import Any, Literal

from msgspec import Struct

from deploy.sandbox_payments import money, movements, outbox, sessions
from deploy.sandbox_payments.money import Money
from deploy.sandbox_payments.movements import Movement, What
from deploy.sandbox_payments.sessions import Session, Status
from deploy.sandbox_payments.till import Till

MoneyStatus = Literal["authorised", "captured", "released", "refunded"]


class MoneyAnswer(Struct, frozen=True, kw_only=True):
    """Amounts are minor units; what has lapsed is `released`."""

    id: str
    status: MoneyStatus
    amount: int
    currency: str
    lapses_at: datetime


class SessionAnswer(Struct, frozen=True, kw_only=True):
    """`amount` and `currency` are what was put up, or is to be."""

    id: str
    status: Status
    url: str
    payment_id: str
    amount: int
    currency: str
    session_ends: datetime
    money: MoneyAnswer | None


class MovementAnswer(Struct, frozen=True, kw_only=True):
    session_id: str
    at: datetime
    what: What
    amount: int
    currency: str


class RecordedSession(SessionAnswer, frozen=True, kw_only=True):
    title: str
    customer_email: str
    return_url: str
    created_at: datetime


class RecordedWebhook(Struct, frozen=True, kw_only=True):
    id: str
    type: outbox.Type
    session_id: str
    created_at: datetime
    attempts: int
    state: outbox.State


class Everything(Struct, frozen=True):
    """The sandbox's books, each oldest first."""

    sessions: list[RecordedSession]
    movements: list[MovementAnswer]
    webhooks: list[RecordedWebhook]


def of_money(stored: Money) -> MoneyAnswer:
    return MoneyAnswer(
        id=stored.id,
        status="released" if stored.status == "lapsed" else stored.status,
        amount=stored.amount,
        currency=stored.currency,
        lapses_at=_time(stored.lapses_at),
    )


def of_session(till: Till, conn: Connection, session: Session) -> SessionAnswer:
    return SessionAnswer(**_fields(till, session, money.of_session(conn, session.id)))


def everything(till: Till, conn: Connection) -> Everything:
    put_up = money.by_session(conn)
    return Everything(
        [
            RecordedSession(
                **_fields(till, session, put_up.get(session.id)),
                title=session.title,
                customer_email=session.customer_email,
                return_url=session.return_url,
                created_at=_time(session.created_at),
            )
            for session in sessions.every(conn)
        ],
        [_movement(one) for one in movements.every(conn)],
        [_webhook(webhook) for webhook in outbox.every(conn)],
    )


def _fields(till: Till, session: Session, put_up: Money | None) -> dict[str, Any]:
    said = put_up or session
    return {
        "id": session.id,
        "status": session.status,
        "url": till.page(session.id),
        "payment_id": session.payment_id,
        "amount": said.amount,
        "currency": said.currency,
        "session_ends": _time(session.session_ends),
        "money": of_money(put_up) if put_up else None,
    }


def _movement(movement: Movement) -> MovementAnswer:
    return MovementAnswer(
        session_id=movement.session_id,
        at=_time(movement.at),
        what=movement.what,
        amount=movement.amount,
        currency=movement.currency,
    )


def _webhook(webhook: outbox.Webhook) -> RecordedWebhook:
    return RecordedWebhook(
        id=webhook.id,
        type=webhook.type,
        session_id=webhook.session_id,
        created_at=_time(webhook.created_at),
        attempts=webhook.attempts,
        state=webhook.state,
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
