"""What a payment provider does for us: five verbs, and the hints that it sends.

A hint is only a hint; the session looked up is the truth. Every verb may be repeated with the same
values and then does nothing new. Amounts are minor units with an ISO 4217 code in capitals.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, Protocol
from uuid import UUID

from msgspec import Struct

SessionStatus = Literal["open", "expired", "paid"]
MoneyStatus = Literal["authorised", "captured", "released", "refunded"]


class Order(Struct, frozen=True, kw_only=True):
    """What a visitor is to pay for; `payment_id` is our reference and makes a repeated opening the same one.

    `session_ends` is when the provider's session ends by itself, at least `shortest_session` after the
    payment was made. The visitor comes back to `return_url`, having paid or not.
    """

    payment_id: UUID
    amount: int
    currency: str
    title: str
    customer_email: str
    session_ends: datetime
    return_url: str


class Checkout(Struct, frozen=True):
    """An opened session: its id, and the provider's page where the visitor pays."""

    session_id: str
    url: str


class Money(Struct, frozen=True):
    """What the visitor put up: the provider's id of it, and when it can no longer be captured, if known."""

    id: str
    status: MoneyStatus
    lapses_at: datetime | None = None


class Session(Struct, frozen=True, kw_only=True):
    """A checkout session as the provider knows it; `money` is there once it is `paid`.

    `amount` and `currency` are what was put up, or is to be.
    """

    id: str
    status: SessionStatus
    payment_id: UUID | None
    amount: int
    currency: str
    money: Money | None = None


class Hint(Struct, frozen=True):
    """A genuine message of the provider: that something happened to a session or its money."""

    event_id: str
    payment_id: UUID | None = None
    session_id: str | None = None


class Away(Exception):
    """The provider did not answer, or not now: the same again later."""


class Declined(Exception):
    """The provider's final no; repeating cannot help. The text is its own reason, for the log."""


class Provider(Protocol):
    """One provider; any verb raises Away or Declined."""

    name: str
    shortest_session: timedelta

    async def open(self, order: Order) -> Checkout:
        """Open a session, or find the one that this order has opened before."""

    async def look_up(self, session_id: str) -> Session:
        """The session as it is now."""

    async def expire(self, session_id: str) -> Session:
        """End the session unless it is paid; as it is afterwards. A session found paid is paid."""

    async def capture(self, payment_id: UUID, money_id: str) -> Money:
        """Take what was authorised; Declined when that can no longer be done."""

    async def give_back(self, payment_id: UUID, money_id: str) -> Money:
        """Release what is authorised, refund what is captured; `released` or `refunded`."""

    def read_hint(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """The hint in a webhook, header names in lower case.

        Refusal `invalid_request` when it is forged, stale, of another account, or no hint at all.
        """

    async def close(self) -> None:
        """Let go of connections."""
