"""What Stripe does not answer, or not now, may be asked again; what it refuses for good is declined."""

import asyncio

import aiohttp
import msgspec
import pytest
from prometheus_client import REGISTRY

from services.booking.payments import stripe as stripe_module
from services.booking.payments.provider import Away, Declined
from services.booking.payments.stripe import Stripe
from tests.services.booking.conftest import SECRETS
from tests.services.booking.stripe_server import KEY, Fault, StripeServer
from tests.services.booking.test_stripe import an_order, paid
from tests.shared.serving import misbehaving
from tests.shared.settings import NOWHERE

RATE_LIMIT = Fault("/sessions", 429, {"type": "invalid_request_error", "code": "rate_limit"})
IN_USE = Fault("/sessions", 409, {"type": "idempotency_error", "code": "idempotency_key_in_use"})
FORBIDDEN = Fault("/sessions", 403, {"type": "invalid_request_error"})
BROKEN = Fault("/sessions", 500)
DOWN = Fault("/sessions", 503)
INVALID = Fault("/sessions", 400, {"type": "invalid_request_error", "code": "email_invalid"})
NO_MONEY = Fault("/sessions", 402, {"type": "card_error", "code": "card_declined"})


@pytest.mark.parametrize("fault", [RATE_LIMIT, IN_USE, FORBIDDEN, BROKEN, DOWN])
async def test_what_may_pass_is_away_and_the_same_again_succeeds(
    stripe: Stripe, server: StripeServer, fault: Fault
) -> None:
    order = an_order()
    server.faults.append(fault)
    with pytest.raises(Away):
        await stripe.open(order)
    assert len(server.asked) == 1
    assert (await stripe.open(order)).session_id in server.ledger.kept


@pytest.mark.parametrize("fault", [INVALID, NO_MONEY])
async def test_what_is_refused_for_good_is_declined_without_quoting_the_visitor(
    stripe: Stripe, server: StripeServer, fault: Fault
) -> None:
    server.faults.append(Fault(fault.path, fault.status, {**fault.error, "message": "Bad: ada@example.com"}))
    with pytest.raises(Declined, match=fault.error["code"]) as declined:
        await stripe.open(an_order())
    assert "ada@" not in str(declined.value)
    assert declined.value.__cause__ is None


async def test_nobody_there_is_away() -> None:
    alone = Stripe(KEY, SECRETS, NOWHERE)
    with pytest.raises(Away):
        await alone.open(an_order())
    with pytest.raises(Away):
        await alone.look_up("cs_test_1")
    await alone.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]",
        b'HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n"hello!"',
        b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<html>",
    ],
)
async def test_an_answer_that_breaks_off_or_is_none_is_away(answer: bytes) -> None:
    async def serve(_: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    async with misbehaving(serve) as (url, _):
        alone = Stripe(KEY, SECRETS, url)
        with pytest.raises(Away):
            await alone.look_up("cs_test_1")
        with pytest.raises(Away):
            await alone.open(an_order())
        await alone.close()


async def test_no_answer_in_time_is_away_and_what_was_done_is_found(
    served: tuple[str, StripeServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, server = served
    monkeypatch.setattr(stripe_module, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    hurried = Stripe(KEY, SECRETS, url)
    order = an_order()
    server.faults.append(Fault("/sessions", silent=True, done=True))
    async with asyncio.timeout(10):
        with pytest.raises(Away):
            await hurried.open(order)
    monkeypatch.undo()
    (session_id,) = server.ledger.kept
    assert (await hurried.open(order)).session_id == session_id
    await hurried.close()


async def test_a_key_that_stripe_refuses_is_away_and_an_alarm(served: tuple[str, StripeServer]) -> None:
    other = Stripe("sk_test_of_nobody", SECRETS, served[0])
    before = _alarms()
    with pytest.raises(Away):
        await other.open(an_order())
    assert _alarms() == before + 1
    await other.close()


async def test_a_session_that_stripe_does_not_know_is_away_and_an_alarm(stripe: Stripe) -> None:
    before = _alarms()
    with pytest.raises(Away):
        await stripe.look_up("cs_test_of_another_account")
    with pytest.raises(Away):
        await stripe.expire("cs_test_of_another_account")
    assert _alarms() == before + 2


async def test_an_idempotency_key_used_for_another_order_is_away_and_an_alarm(stripe: Stripe) -> None:
    order = an_order()
    await stripe.open(order)
    before = _alarms()
    with pytest.raises(Away):
        await stripe.open(msgspec.structs.replace(order, amount=1))
    assert _alarms() == before + 1


async def test_a_fault_that_stripe_only_repeats_does_not_last_for_a_day(
    stripe: Stripe, server: StripeServer
) -> None:
    order = an_order()
    server.faults.append(Fault("/sessions", 500, kept=True))
    with pytest.raises(Away):
        await stripe.open(order)
    opened = await stripe.open(order)
    assert await stripe.open(order) == opened
    assert list(server.ledger.kept) == [opened.session_id]


async def test_a_refund_that_failed_half_way_is_made_once(stripe: Stripe, server: StripeServer) -> None:
    payment_id, _, money_id = await paid(stripe, server)
    await stripe.capture(payment_id, money_id)
    server.faults.append(Fault("/refunds", 500, kept=True))
    with pytest.raises(Away):
        await stripe.give_back(payment_id, money_id)
    assert (await stripe.give_back(payment_id, money_id)).status == "refunded"
    assert sum(kept["object"] == "refund" for kept in server.ledger.kept.values()) == 1


async def test_money_between_two_states_is_away(stripe: Stripe, server: StripeServer) -> None:
    payment_id, session_id, money_id = await paid(stripe, server)
    server.ledger.process(money_id)
    with pytest.raises(Away):
        await stripe.look_up(session_id)
    with pytest.raises(Away):
        await stripe.capture(payment_id, money_id)
    with pytest.raises(Away):
        await stripe.give_back(payment_id, money_id)


async def test_a_session_that_is_complete_without_money_is_away(stripe: Stripe, server: StripeServer) -> None:
    _, session_id, _ = await paid(stripe, server)
    server.ledger.kept[session_id]["payment_intent"] = None
    with pytest.raises(Away):
        await stripe.look_up(session_id)


def _alarms() -> float:
    return REGISTRY.get_sample_value("bookonce_alarms_total", {"alarm": "stripe_refuses"}) or 0
