"""Stripe as a payment provider: its own package, over real HTTP, to a server that checks every request."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import stripe as package

from services.booking.payments.provider import Checkout, Declined, Order, Session
from services.booking.payments.stripe import API_VERSION, Stripe
from shared.ids import new_id
from tests.services.booking.stripe_ledger import WEEK
from tests.services.booking.stripe_server import VERSION, StripeServer


def an_order(amount: int = 4500, currency: str = "EUR", lasts: timedelta = Stripe.shortest_session) -> Order:
    return Order(
        payment_id=new_id(),
        amount=amount,
        currency=currency,
        title="Intro call with Grace",
        customer_email="ada@example.com",
        session_ends=datetime.now(UTC) + lasts,
        return_url="https://bookonce.example/bookings/status?a=b&c=d",
    )


async def paid(stripe: Stripe, server: StripeServer) -> tuple[UUID, str, str]:
    """A payment whose price is put up: its id, its session's, its money's."""
    order = an_order()
    session_id = (await stripe.open(order)).session_id
    return order.payment_id, session_id, server.ledger.pay(session_id)


def test_the_version_we_speak_is_the_one_that_the_package_has_types_for() -> None:
    assert API_VERSION == VERSION == package.api_version


async def test_a_checkout_is_one_line_by_card_that_is_authorised_only(
    stripe: Stripe, server: StripeServer
) -> None:
    order = an_order()
    opened = await stripe.open(order)
    kept = server.ledger.kept[opened.session_id]
    assert opened == Checkout(kept["id"], kept["url"])
    assert (kept["amount_total"], kept["currency"]) == (4500, "eur")
    assert kept["allowed_payment_method_types"] == ["card"]
    assert kept["_intent"]["capture_method"] == "manual"
    assert kept["adaptive_pricing"] == {"enabled": False}
    assert kept["client_reference_id"] == str(order.payment_id)
    assert kept["metadata"] == kept["_intent"]["metadata"] == {"payment_id": str(order.payment_id)}
    assert kept["customer_email"] == "ada@example.com"
    assert kept["success_url"] == kept["cancel_url"] == order.return_url


async def test_the_same_order_opens_the_same_session(stripe: Stripe, server: StripeServer) -> None:
    order = an_order()
    assert await stripe.open(order) == await stripe.open(order)
    assert len(server.ledger.kept) == 1


@pytest.mark.parametrize("lasts", [Stripe.shortest_session, timedelta(days=1)])
async def test_the_shortest_and_the_longest_hold_have_a_session(
    stripe: Stripe, server: StripeServer, lasts: timedelta
) -> None:
    order = an_order(lasts=lasts)
    kept = server.ledger.kept[(await stripe.open(order)).session_id]
    assert 0 <= order.session_ends.timestamp() - kept["expires_at"] <= 11


async def test_a_hold_of_a_day_has_a_session_by_a_clock_that_is_seconds_behind(stripe: Stripe) -> None:
    await stripe.open(an_order(lasts=timedelta(days=1, seconds=5)))


async def test_a_session_that_would_end_too_soon_is_declined(stripe: Stripe) -> None:
    with pytest.raises(Declined, match="expires_at"):
        await stripe.open(an_order(lasts=timedelta(minutes=20)))


@pytest.mark.parametrize(
    ("amount", "currency", "stripes"),
    [(1200, "JPY", 1200), (1250, "KWD", 1250), (5, "ISK", 500), (5, "UGX", 500), (500, "MGA", 5)],
)
async def test_an_amount_is_put_up_as_it_was_asked_for(
    stripe: Stripe, server: StripeServer, amount: int, currency: str, stripes: int
) -> None:
    session_id = (await stripe.open(an_order(amount, currency))).session_id
    assert server.ledger.kept[session_id]["amount_total"] == stripes
    open_one = await stripe.look_up(session_id)
    server.ledger.pay(session_id)
    paid_one = await stripe.look_up(session_id)
    for looked_up in (open_one, paid_one):
        assert (looked_up.amount, looked_up.currency) == (amount, currency)


@pytest.mark.parametrize(("amount", "currency"), [(1255, "KWD"), (550, "MGA")])
async def test_an_amount_that_stripe_cannot_take_is_declined_before_it_is_asked(
    stripe: Stripe, server: StripeServer, amount: int, currency: str
) -> None:
    with pytest.raises(Declined):
        await stripe.open(an_order(amount, currency))
    assert server.asked == []


async def test_an_open_session_is_open_and_an_expired_one_expired(
    stripe: Stripe, server: StripeServer
) -> None:
    order = an_order()
    session_id = (await stripe.open(order)).session_id
    expected = Session(id=session_id, status="open", payment_id=order.payment_id, amount=4500, currency="EUR")
    assert await stripe.look_up(session_id) == expected
    assert (await stripe.expire(session_id)).status == "expired"
    assert (await stripe.look_up(session_id)).status == "expired"


async def test_a_paid_session_has_money_that_lapses(stripe: Stripe, server: StripeServer) -> None:
    payment_id, session_id, money_id = await paid(stripe, server)
    looked_up = await stripe.look_up(session_id)
    assert (looked_up.status, looked_up.payment_id) == ("paid", payment_id)
    assert looked_up.money is not None
    assert (looked_up.money.id, looked_up.money.status) == (money_id, "authorised")
    assert looked_up.money.lapses_at is not None
    left = looked_up.money.lapses_at - datetime.now(UTC)
    assert timedelta(seconds=WEEK - 60) < left <= timedelta(seconds=WEEK)


async def test_a_paid_session_tells_what_became_of_its_money(stripe: Stripe, server: StripeServer) -> None:
    payment_id, session_id, money_id = await paid(stripe, server)
    await stripe.capture(payment_id, money_id)
    assert await _money(stripe, session_id) == "captured"
    await stripe.give_back(payment_id, money_id)
    assert await _money(stripe, session_id) == "refunded"
    other_id, other_session, other_money = await paid(stripe, server)
    await stripe.give_back(other_id, other_money)
    assert await _money(stripe, other_session) == "released"


async def test_a_paid_session_cannot_be_expired_and_one_that_ended_stays_so(
    stripe: Stripe, server: StripeServer
) -> None:
    _, session_id, money_id = await paid(stripe, server)
    found = await stripe.expire(session_id)
    assert found.status == "paid"
    assert found.money is not None
    assert found.money.id == money_id
    other = (await stripe.open(an_order())).session_id
    server.ledger.expire_session(other)
    assert (await stripe.expire(other)).status == "expired"


async def test_a_session_paid_while_it_is_about_to_be_expired_is_paid(
    stripe: Stripe, server: StripeServer
) -> None:
    session_id = (await stripe.open(an_order())).session_id
    server.before["/expire"] = lambda: server.ledger.pay(session_id)
    assert (await stripe.expire(session_id)).status == "paid"


async def test_money_is_captured_once_however_often(stripe: Stripe, server: StripeServer) -> None:
    payment_id, _, money_id = await paid(stripe, server)
    for _ in range(2):
        assert (await stripe.capture(payment_id, money_id)).status == "captured"


async def test_money_that_somebody_else_captured_is_captured(stripe: Stripe, server: StripeServer) -> None:
    payment_id, _, money_id = await paid(stripe, server)
    server.ledger.capture(money_id)
    assert (await stripe.capture(payment_id, money_id)).status == "captured"


async def test_money_that_was_released_or_has_lapsed_cannot_be_captured(
    stripe: Stripe, server: StripeServer
) -> None:
    payment_id, _, money_id = await paid(stripe, server)
    await stripe.give_back(payment_id, money_id)
    other_id, _, other_money = await paid(stripe, server)
    server.ledger.lapse(other_money)
    for payment, money in ((payment_id, money_id), (other_id, other_money)):
        with pytest.raises(Declined, match="payment_intent_unexpected_state"):
            await stripe.capture(payment, money)


async def test_what_is_authorised_is_released_and_what_is_captured_refunded_in_full(
    stripe: Stripe, server: StripeServer
) -> None:
    payment_id, _, money_id = await paid(stripe, server)
    other_id, _, other_money = await paid(stripe, server)
    await stripe.capture(other_id, other_money)
    for _ in range(2):
        assert (await stripe.give_back(payment_id, money_id)).status == "released"
        assert (await stripe.give_back(other_id, other_money)).status == "refunded"
    refunds = [kept for kept in server.ledger.kept.values() if kept["object"] == "refund"]
    assert [refund["amount"] for refund in refunds] == [4500]


async def test_money_captured_while_it_is_about_to_be_released_is_refunded(
    stripe: Stripe, server: StripeServer
) -> None:
    payment_id, _, money_id = await paid(stripe, server)
    server.before["/cancel"] = lambda: server.ledger.capture(money_id)
    assert (await stripe.give_back(payment_id, money_id)).status == "refunded"


async def test_money_that_lapses_or_is_refunded_meanwhile_is_given_back(
    stripe: Stripe, server: StripeServer
) -> None:
    payment_id, _, money_id = await paid(stripe, server)
    server.before["/cancel"] = lambda: server.ledger.lapse(money_id)
    assert (await stripe.give_back(payment_id, money_id)).status == "released"
    other_id, _, other_money = await paid(stripe, server)
    await stripe.capture(other_id, other_money)
    server.before["/refunds"] = lambda: server.ledger.refund(other_money)
    assert (await stripe.give_back(other_id, other_money)).status == "refunded"


async def test_stripe_is_told_nothing_of_the_machine_and_repeats_nothing_by_itself(
    stripe: Stripe, server: StripeServer
) -> None:
    await stripe.look_up((await stripe.open(an_order())).session_id)
    for head in server.heads:
        assert "x-stripe-client-telemetry" not in head
        assert "telemetry_id" not in head["x-stripe-client-user-agent"]
        assert "platform" not in head["x-stripe-client-user-agent"]


async def _money(stripe: Stripe, session_id: str) -> str | None:
    looked_up = await stripe.look_up(session_id)
    return None if looked_up.money is None else looked_up.money.status
