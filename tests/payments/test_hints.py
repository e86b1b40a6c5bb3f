"""What the provider sends is a hint: fifty times, late, twisted or never, it changes nothing but time."""

import asyncio
import hmac
import json
import time
from collections.abc import Mapping
from signal import SIGKILL
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.records import fetch
from tests.payments.shop import hold, reaches
from tests.payments.till import Till
from tests.system.client import Answer, Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link, book_with

ADDRESS = "/webhooks/payments/sandbox"
HINTS = "select count(*) from payment_hints where event_id = $1"


def event(session: Mapping[str, Any], **changed: Any) -> str:
    body = {
        "id": f"event-{uuid4().hex}",
        "type": "session.paid",
        "account": "acct_sandbox",
        "created": int(time.time()),
        "session_id": session["id"],
        "payment_id": session["payment_id"],
    }
    return json.dumps(body | changed)


def signed(till: Till, body: str, age: int = 0, secret: str | None = None) -> dict[str, str]:
    secret = secret or till.stack.environment("sandbox_payments")["SANDBOX_SECRET"]
    at = int(time.time()) - age
    proof = hmac.digest(secret.encode(), f"{at}.{body}".encode(), "sha256").hex()
    return {"Sandbox-Signature": f"t={at},v1={proof}"}


async def send(visitor: Client, till: Till, body: str, **how: Any) -> Answer:
    return await visitor.post(ADDRESS, data=body, headers=signed(till, body, **how))


async def test_fifty_of_the_same_at_once_make_one_booking_and_one_capture(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    await till.switch(drop=True)
    await till.pay(held.booking)
    session = await till.session(held.booking)
    same = event(session)
    bodies = [same] * 25 + [event(session) for _ in range(25)]
    answers = await asyncio.gather(*(send(visitor, till, body) for body in bodies))
    assert {answer.status for answer in answers} == {200}
    await till.becomes(held.booking, "captured")
    assert await till.moved(held.booking) == ["authorised", "captured"]
    assert [row[0] for row in await fetch(till.stack.dsn["booking"], HINTS, json.loads(same)["id"])] == [1]


async def test_a_provider_that_repeats_delays_and_reorders_is_as_good_as_any(
    app: Client, visitor: Client, till: Till
) -> None:
    await till.switch(duplicate=5, delay_ms=300, reorder=True)
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await reaches(app, held.booking, "confirmed")
    await till.becomes(held.booking, "captured")
    assert await till.moved(held.booking) == ["authorised", "captured"]


async def test_losing_every_message_only_costs_time(app: Client, visitor: Client, till: Till) -> None:
    await till.switch(drop=True)
    held = await hold(app, visitor)
    await till.pay(held.booking)
    await reaches(app, held.booking, "confirmed", within=40)
    await till.becomes(held.booking, "captured")


async def test_the_visitor_who_comes_back_need_not_wait_for_a_message(
    app: Client, visitor: Client, till: Till
) -> None:
    await till.switch(drop=True)
    held = await hold(app, visitor)
    session = await till.session(held.booking)
    await till.pay(held.booking)
    back = await visitor.get(session["return_url"].removeprefix(till.stack.gateway))
    assert (back.status, back.data["state"]) == (201, "confirmed")


async def test_expired_told_before_paid_is_looked_up_and_found_paid(
    app: Client, visitor: Client, till: Till
) -> None:
    await till.switch(drop=True)
    held = await hold(app, visitor)
    await till.pay(held.booking)
    session = await till.session(held.booking)
    await send(visitor, till, event(session, type="session.expired"))
    await send(visitor, till, event(session))
    await reaches(app, held.booking, "confirmed", within=3)


async def test_a_message_before_the_session_is_known_finds_the_payment_by_its_id(
    app: Client, visitor: Client, till: Till
) -> None:
    page = await a_booking_link(app, graph="instant_payment", price={"amount": 4000, "currency": "EUR"})
    link = await a_link(app, page)
    await till.stack.restart("booking", FAULTS="payment.opened:kill")
    assert (await book_with(visitor, page, link, email=link["contact"]["email"])).status == 503
    assert await till.stack.ended("booking") == -SIGKILL
    session = (await till.sessions())[-1]
    await till.switch(drop=True)
    await till.pay({"id": session["payment_id"]})
    await till.stack.restart("booking", FAULTS=None)
    await send(visitor, till, event(session))
    await reaches(app, {"id": session["payment_id"]}, "confirmed", within=5)
    assert len([one for one in await till.sessions() if one["payment_id"] == session["payment_id"]]) == 1


@pytest.mark.parametrize(
    "how", [{"age": 301}, {"age": -301}, {"secret": "x" * 32}], ids=["stale", "early", "forged"]
)
async def test_what_is_not_genuine_is_refused_and_changes_nothing(
    app: Client, visitor: Client, till: Till, how: dict[str, Any]
) -> None:
    held = await hold(app, visitor)
    body = event(await till.session(held.booking))
    before = await _contents(till)
    answer = await send(visitor, till, body, **how)
    assert answer.refused == (400, "invalid_request")
    assert await _contents(till) == before
    assert not await _taken(till, body)


async def test_a_message_of_another_account_or_without_signature_is_refused(
    app: Client, visitor: Client, till: Till
) -> None:
    held = await hold(app, visitor)
    session = await till.session(held.booking)
    before = await _contents(till)
    foreign = event(session, account="acct_other")
    assert (await send(visitor, till, foreign)).refused == (400, "invalid_request")
    assert (await visitor.post(ADDRESS, data=event(session))).refused == (400, "invalid_request")
    assert (await visitor.post("/webhooks/payments/stripe", data="{}")).refused == (404, "not_found")
    assert (await visitor.post("/webhooks/payments/..%2f", data="{}")).status == 404
    assert await _contents(till) == before


async def test_a_genuine_message_about_nothing_we_know_is_taken_and_forgotten(
    visitor: Client, till: Till
) -> None:
    body = event({"id": "nowhere", "payment_id": str(uuid4())})
    assert (await send(visitor, till, body)).status == 200


@pytest.mark.parametrize("size", [256 * 1024 + 1, 3 * 1024 * 1024])
async def test_a_message_that_is_too_large_is_refused(visitor: Client, till: Till, size: int) -> None:
    body = "x" * size
    assert (await send(visitor, till, body)).refused == (413, "payload_too_large")


BODIES = st.one_of(
    st.binary(max_size=500),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, genuine=st.booleans())
async def test_a_body_of_any_shape_is_a_clear_400(
    visitor: Client, till: Till, body: bytes, genuine: bool
) -> None:
    secret = till.stack.environment("sandbox_payments")["SANDBOX_SECRET"] if genuine else "y" * 32
    at = int(time.time())
    proof = hmac.digest(secret.encode(), f"{at}.".encode() + body, "sha256").hex()
    answer = await visitor.post(ADDRESS, data=body, headers={"Sandbox-Signature": f"t={at},v1={proof}"})
    assert answer.refused == (400, "invalid_request")


async def _contents(till: Till) -> Any:
    async with Ledger.over({"booking": till.stack.dsn["booking"]}) as ledger:
        contents = await ledger.contents()
    # A message of the provider's own may come late from an earlier test.
    del contents["booking.payment_hints"]
    return contents


async def _taken(till: Till, body: str) -> bool:
    """Whether a message was written down as one that came."""
    found = "select 1 from payment_hints where event_id = $1"
    return bool(await fetch(till.stack.dsn["booking"], found, json.loads(body)["id"]))
