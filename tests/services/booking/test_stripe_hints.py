"""Stripe's webhooks: what it has signed lately, for this account and mode, and nothing else, is a hint."""

import contextlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe as package
from hypothesis import given
from hypothesis import strategies as some

from services.booking.payments.provider import Hint
from services.booking.payments.stripe import Stripe
from shared.errors import Refusal
from shared.ids import new_id
from tests.services.booking.conftest import SECRETS
from tests.services.booking.stripe_server import KEY
from tests.services.booking.stripe_shapes import flaws_of_answer
from tests.shared.settings import NOWHERE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PAYMENT = new_id()
LIVE = "rk_live_51Bookonce"


def an_event(kind: str, subject: Mapping[str, object], **changes: object) -> bytes:
    """As Stripe sends one: checked against the package's type of it."""
    event: dict[str, Any] = {
        "id": "evt_1",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(NOW.timestamp()),
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        "data": {"object": subject},
    } | changes
    assert flaws_of_answer({**event, "data": {"object": {}}}, package.Event) == []
    return json.dumps(event).encode()


def signed(body: bytes, by: str = "whsec_current", at: datetime = NOW) -> dict[str, str]:
    header = package.WebhookSignature.generate_signature_header(body.decode(), by, int(at.timestamp()))
    return {"stripe-signature": header}


def read(body: bytes, headers: Mapping[str, str], key: str = KEY) -> Hint:
    return Stripe(key, SECRETS, NOWHERE).read_hint(headers, body, NOW)


def refuses(body: bytes, headers: Mapping[str, str], key: str = KEY) -> bool:
    with pytest.raises(Refusal) as refused:
        read(body, headers, key)
    return refused.value.code == "invalid_request"


SESSION = {"id": "cs_1", "client_reference_id": str(PAYMENT), "metadata": {"payment_id": str(PAYMENT)}}
OTHERS = {"id": "cs_1", "client_reference_id": "order-7"}
MONEY = {"id": "pi_1", "metadata": {"payment_id": str(PAYMENT)}}
COMPLETED = an_event("checkout.session.completed", SESSION)


@pytest.mark.parametrize(
    ("kind", "subject", "hint"),
    [
        ("checkout.session.completed", SESSION, Hint("evt_1", PAYMENT, "cs_1")),
        ("checkout.session.expired", SESSION, Hint("evt_1", PAYMENT, "cs_1")),
        ("payment_intent.amount_capturable_updated", MONEY, Hint("evt_1", PAYMENT)),
        ("payment_intent.canceled", MONEY, Hint("evt_1", PAYMENT)),
        ("charge.refunded", {**MONEY, "id": "ch_1"}, Hint("evt_1", PAYMENT)),
        ("checkout.session.completed", OTHERS, Hint("evt_1", None, "cs_1")),
        ("payment_intent.succeeded", {"id": "pi_1", "metadata": {}}, Hint("evt_1")),
        ("balance.available", {"object": "balance", "metadata": 1}, Hint("evt_1")),
    ],
)  # fmt: skip
def test_an_event_says_which_payment_to_look_at(kind: str, subject: dict[str, object], hint: Hint) -> None:
    body = an_event(kind, subject)
    assert read(body, signed(body)) == hint


def test_each_configured_secret_will_do_and_no_other() -> None:
    for secret in SECRETS.split(","):
        assert read(COMPLETED, signed(COMPLETED, secret)).event_id == "evt_1"
    assert refuses(COMPLETED, signed(COMPLETED, "whsec_of_another"))
    assert refuses(COMPLETED, signed(COMPLETED, SECRETS))


def test_a_body_or_a_time_that_was_changed_is_refused() -> None:
    assert refuses(COMPLETED.replace(b"cs_1", b"cs_2"), signed(COMPLETED))
    changed = signed(COMPLETED)["stripe-signature"].replace("t=", "t=9")
    assert refuses(COMPLETED, {"stripe-signature": changed})
    assert refuses(COMPLETED, {})


@pytest.mark.parametrize("seconds", [-301, 301, -86400])
def test_a_message_of_another_time_is_refused(seconds: int) -> None:
    assert refuses(COMPLETED, signed(COMPLETED, at=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_message_may_take_five_minutes(seconds: int) -> None:
    assert read(COMPLETED, signed(COMPLETED, at=NOW + timedelta(seconds=seconds))).session_id == "cs_1"


def test_an_event_of_a_connected_account_is_refused() -> None:
    body = an_event("checkout.session.completed", SESSION, account="acct_of_another")
    assert refuses(body, signed(body))


def test_an_event_of_the_other_mode_is_refused() -> None:
    live = an_event("checkout.session.completed", SESSION, livemode=True)
    assert refuses(live, signed(live))
    assert refuses(COMPLETED, signed(COMPLETED), LIVE)
    assert read(live, signed(live), LIVE).session_id == "cs_1"


@given(some.binary(), some.text())
def test_whatever_is_not_signed_is_refused_and_nothing_else(body: bytes, header: str) -> None:
    assert refuses(body, {"stripe-signature": header})


@given(some.text(some.characters(exclude_categories=["Cs"])))
def test_whatever_else_is_signed_is_refused_and_nothing_else(text: str) -> None:
    assert refuses(text.encode(), signed(text.encode()))


_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
)


@given(some.sampled_from(["id", "object", "type", "livemode", "data"]), _JSON)
def test_an_event_of_another_shape_is_refused_or_tells_nothing(name: str, value: object) -> None:
    body = json.dumps({**json.loads(COMPLETED), name: value}).encode()
    hint = None
    with contextlib.suppress(Refusal):
        hint = read(body, signed(body))
    told = (name, hint and hint.session_id)
    assert hint is None or told in {("id", "cs_1"), ("type", None), ("livemode", "cs_1")}


@pytest.mark.parametrize(
    "header", ["t=1,v1=é", "t=,v1=", "t=1=2,v1=0", "v1=0", "t=1", "t=" + "9" * 5000, ",,="]
)
def test_a_header_of_another_shape_is_refused(header: str) -> None:
    assert refuses(COMPLETED, {"stripe-signature": header})


def test_a_body_nested_without_end_is_refused() -> None:
    body = COMPLETED.replace(b'"cs_1"', b"[" * 100_000)
    assert refuses(body, signed(body))


def test_a_genuine_header_with_another_time_after_its_own_is_refused_or_the_same() -> None:
    header = signed(COMPLETED, at=NOW - timedelta(days=1))["stripe-signature"]
    assert refuses(COMPLETED, {"stripe-signature": f"{header},t={int(NOW.timestamp())}"})
    assert refuses(COMPLETED, {"stripe-signature": header.replace(",", "=5,", 1)})
