"""The whole way with Stripe: real pieces, the real package, and a Stripe that checks what it is sent."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import aiohttp
import pytest
import stripe as package

from tests.conftest import NewStack
from tests.eventually import eventually
from tests.faults.desk import findings
from tests.faults.records import fetch
from tests.payments.shop import ASKED, Held, hold, link_is, reaches
from tests.services.booking.stripe_server import KEY, StripeServer, stripe_serving
from tests.stack import Stack
from tests.system import client
from tests.system.client import Client
from tests.system.following import now

SECRET = "whsec_of_these_tests"
END_HOLD = "update payments set expires_at = now() - interval '1 second', due_at = now() where id = $1"


class Shop(NamedTuple):
    stack: Stack
    stripe: StripeServer
    app: Client
    visitor: Client

    def session(self, held: Held) -> dict[str, Any]:
        [found] = [
            kept
            for kept in self.stripe.ledger.kept.values()
            if kept["object"] == "checkout.session" and kept["client_reference_id"] == held.booking["id"]
        ]
        return found

    async def tell(self, kind: str, session: dict[str, Any]) -> int:
        """Stripe's webhook about a session; the status that it meets."""
        told = {name: session[name] for name in ("id", "object", "client_reference_id", "metadata")}
        event = {
            "id": f"evt_{session['id']}_{kind}",
            "object": "event",
            "type": kind,
            "livemode": False,
            "created": int(time.time()),
            "data": {"object": told},
        }
        body = json.dumps(event)
        header = package.WebhookSignature.generate_signature_header(body, SECRET, int(time.time()))
        answer = await self.visitor.post(
            "/webhooks/payments/stripe", data=body, headers={"Stripe-Signature": header}
        )
        return answer.status

    async def money_is(self, held: Held, status: str) -> None:
        async def so() -> bool:
            return bool((await now(self.app, held.booking))["payment"]["status"] == status)

        await eventually(so, within=20)


@pytest.fixture
async def shop(new_stack: NewStack, http: aiohttp.ClientSession) -> AsyncIterator[Shop]:
    async with stripe_serving() as (url, server):
        told = {
            "PAYMENT_PROVIDER": "stripe",
            "STRIPE_KEY": KEY,
            "STRIPE_WEBHOOK_SECRETS": SECRET,
            "STRIPE_URL": url,
        }
        stack = await new_stack(booking=told)
        app, visitor = client.program(http, stack.gateway, stack.api_key), client.visitor(http, stack.gateway)
        yield Shop(stack, server, app, visitor)
        assert await findings(stack) == []
        await stack.stop()


async def test_paid_told_captured_and_refunded(shop: Shop) -> None:
    held = await hold(shop.app, shop.visitor)
    session = shop.session(held)
    assert held.booking["payment"]["checkout_url"] == session["url"]
    money = shop.stripe.ledger.pay(session["id"])
    assert await shop.tell("checkout.session.completed", session) == 200
    assert (await now(shop.app, held.booking))["state"] == "confirmed"
    assert await link_is(shop.app, held.link) == "consumed"
    await shop.money_is(held, "captured")
    assert shop.stripe.ledger.kept[money]["status"] == "succeeded"
    await shop.app.put(f"/v1/bookings/{held.booking['id']}/cancel")
    await shop.money_is(held, "refunded")
    assert await shop.tell("checkout.session.completed", session) == 200
    assert (await now(shop.app, held.booking))["state"] == "cancelled"


async def test_a_request_that_is_declined_is_released_though_no_message_ever_came(shop: Shop) -> None:
    held = await hold(shop.app, shop.visitor, ASKED)
    money = shop.stripe.ledger.pay(shop.session(held)["id"])
    await reaches(shop.app, held.booking, "tentative", within=40)
    await shop.app.put(f"/v1/bookings/{held.booking['id']}/decline")
    await shop.money_is(held, "released")
    assert shop.stripe.ledger.kept[money]["status"] == "canceled"
    assert await link_is(shop.app, held.link) == "open"


async def test_a_hold_shorter_than_stripes_sessions_ends_them_itself_and_believes_the_answer(
    shop: Shop,
) -> None:
    held, paid = await hold(shop.app, shop.visitor, hold_minutes=5), await hold(shop.app, shop.visitor)
    assert shop.session(held)["expires_at"] > time.time() + 30 * 60
    shop.stripe.ledger.pay(shop.session(paid)["id"])
    for one in (held, paid):
        await fetch(shop.stack.dsn["booking"], END_HOLD, one.booking["id"])
    await reaches(shop.app, held.booking, "unpaid")
    assert shop.session(held)["status"] == "expired"
    await reaches(shop.app, paid.booking, "confirmed")
    await shop.money_is(paid, "captured")
