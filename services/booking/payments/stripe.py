"""Stripe takes payments: Checkout Sessions whose price is authorised first, and captured or let go later.

Every request that changes something carries an idempotency key made of what it is about and what it does.
Stripe keeps the answer to a key for a day, refusals and faults of its own included; a fault that is only
repeated says nothing about now, so the next key is tried. That is safe because no verb does more than it did
the first time: the money's state allows each step once, and a session whose address nobody has been given
is never paid.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import aiohttp
import msgspec
import stripe
from stripe import RequestOptions, StripeObject
from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItemPriceData

from services.booking.payments import stripe_hints
from services.booking.payments.provider import Away, Checkout, Declined, Hint, Money, Order, Session
from services.booking.payments.stripe_amounts import to_stripe
from services.booking.payments.stripe_answers import CheckoutSession, Intent, Refund, money_of, session_of
from services.booking.payments.stripe_faults import FAULTS, Overtaken, meaning, replayed

API_VERSION = "2026-10-28.endive"
"""Whose shapes we write and read, whatever the account's own default is."""
TIMEOUT = aiohttp.ClientTimeout(total=8, sock_connect=3)
KEYS = 3
"""How many idempotency keys a step may use up."""
LOOKS = 3
"""How often money whose state changes under our hands is looked at."""
CLOCKS_APART = timedelta(seconds=10)
"""Sessions end so much earlier: a hold of a whole day is not to exceed Stripe's limit by its clock."""
WITH_MONEY = ["payment_intent.latest_charge"]
WITH_CHARGE = ["latest_charge"]

# It would write an id into the home directory, and tell Stripe about this machine.
stripe.enable_telemetry = False

Read = TypeVar("Read")


class Stripe:
    """Payments by card, in one Stripe account and mode: those of the key."""

    name = "stripe"
    shortest_session = timedelta(minutes=45)

    def __init__(self, key: str, webhook_secrets: str, url: str) -> None:
        """`webhook_secrets` has commas between, `url` is where Stripe's API answers."""
        self._http = stripe.AIOHTTPClient(timeout=TIMEOUT)
        client = stripe.StripeClient(
            key,
            stripe_version=API_VERSION,
            base_addresses={"api": url},
            max_network_retries=0,
            http_client=self._http,
        )
        self._sessions = client.v1.checkout.sessions
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds
        self._secrets = webhook_secrets.split(",")
        self._live = key.split("_")[1] == "live"

    async def open(self, order: Order) -> Checkout:
        params = _checkout(order)
        opened = await _do(
            f"{order.payment_id}-open",
            lambda options: self._sessions.create_async(params, options),
            CheckoutSession,
        )
        if opened.url is None:
            raise Declined("a session without a page to pay on")
        return Checkout(opened.id, opened.url)

    async def look_up(self, session_id: str) -> Session:
        looked_up = self._sessions.retrieve_async(session_id, {"expand": WITH_MONEY})
        return session_of(await _see(looked_up, CheckoutSession))

    async def expire(self, session_id: str) -> Session:
        try:
            expired = await _do(
                f"{session_id}-expire",
                lambda options: self._sessions.expire_async(session_id, {"expand": WITH_MONEY}, options),
                CheckoutSession,
            )
            return session_of(expired)
        except Declined:
            # Only an open session can be expired: this one is paid, or has ended before.
            session = await self.look_up(session_id)
            if session.status == "open":
                raise Away from None
            return session

    async def capture(self, payment_id: UUID, money_id: str) -> Money:
        try:
            captured = await _do(
                f"{payment_id}-capture",
                lambda options: self._intents.capture_async(money_id, {"expand": WITH_CHARGE}, options),
                Intent,
            )
            return money_of(captured)
        except Overtaken:
            money = await self._look_at(money_id)
            if money.status == "authorised":
                raise Away from None
            if money.status == "released":
                raise
            return money

    async def give_back(self, payment_id: UUID, money_id: str) -> Money:
        for _ in range(LOOKS):
            money = await self._look_at(money_id)
            try:
                if money.status == "authorised":
                    return await self._release(payment_id, money_id)
                if money.status == "captured":
                    return await self._refund(payment_id, money_id)
            except Overtaken:
                continue
            return money
        raise Away

    def read_hint(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        return stripe_hints.read_hint(self._secrets, self._live, headers, body, now)

    async def close(self) -> None:
        await self._http.close_async()  # type: ignore[no-untyped-call]

    async def _look_at(self, money_id: str) -> Money:
        intent = self._intents.retrieve_async(money_id, {"expand": WITH_CHARGE})
        return money_of(await _see(intent, Intent))

    async def _release(self, payment_id: UUID, money_id: str) -> Money:
        cancelled = await _do(
            f"{payment_id}-release",
            lambda options: self._intents.cancel_async(money_id, {"expand": WITH_CHARGE}, options),
            Intent,
        )
        return money_of(cancelled)

    async def _refund(self, payment_id: UUID, money_id: str) -> Money:
        """Give back all that is left of it."""
        refund = await _do(
            f"{payment_id}-refund",
            lambda options: self._refunds.create_async(
                {"payment_intent": money_id, "metadata": {"payment_id": str(payment_id)}}, options
            ),
            Refund,
        )
        if refund.status not in ("succeeded", "pending"):
            raise Declined(f"refund {refund.id} is {refund.status}")
        return Money(money_id, "refunded")


async def _see(answer: Awaitable[StripeObject], kind: type[Read]) -> Read:
    """The answer to a question, which may be asked as often as one likes."""
    try:
        return _read(await answer, kind)
    except FAULTS as fault:
        raise meaning(fault) from None


async def _do(
    key: str, change: Callable[[RequestOptions], Awaitable[StripeObject]], kind: type[Read]
) -> Read:
    """The answer to a change that is made once, however often it is asked for."""
    for number in range(1, KEYS + 1):
        try:
            return _read(await change({"idempotency_key": f"{key}-{number}"}), kind)
        except FAULTS as fault:
            if number == KEYS or not replayed(fault):
                raise meaning(fault) from None
    raise AssertionError("the last key returns or raises")


def _read(answer: object, kind: type[Read]) -> Read:
    """What we need of an answer; Away when it is none of Stripe's."""
    try:
        return msgspec.convert(answer.to_dict() if isinstance(answer, StripeObject) else answer, kind)
    except msgspec.ValidationError:
        raise Away from None


def _checkout(order: Order) -> SessionCreateParams:
    """One line, by card, authorised only; the same for each repetition, as the idempotency key demands."""
    reference = str(order.payment_id)
    return {
        "mode": "payment",
        # Other methods may settle days later, or cannot be authorised without being captured.
        "allowed_payment_method_types": ["card"],
        "payment_intent_data": {"capture_method": "manual", "metadata": {"payment_id": reference}},
        "line_items": [{"quantity": 1, "price_data": _price(order)}],
        # Whoever pays in another currency would put up another amount than the one that is owed.
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": reference,
        "metadata": {"payment_id": reference},
        "customer_email": order.customer_email,
        "expires_at": int((order.session_ends - CLOCKS_APART).timestamp()),
        "success_url": order.return_url,
        "cancel_url": order.return_url,
    }


def _price(order: Order) -> SessionCreateParamsLineItemPriceData:
    return {
        "currency": order.currency.lower(),
        "unit_amount": to_stripe(order.amount, order.currency),
        "product_data": {"name": order.title},
    }
