"""The checks that stand in for Stripe's description object to what Stripe would object to."""

from typing import Any

import pytest
import stripe
from stripe.params import RefundCreateParams, checkout

from tests.services.booking.stripe_shapes import flaws_of_answer, flaws_of_form, nested

PRICE = "line_items[0][price_data]"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "red"),
        ("api_key", "sk_test_1"),
        ("payment_method_types[0]", "card"),
        ("allowed_payment_method_types[0]", "cards"),
        ("allowed_payment_method_types", "card"),
        ("allowed_payment_method_types[1]", "card"),
        ("mode", "paying"),
        ("expires_at", "soon"),
        ("expires_at[0]", "1"),
        ("adaptive_pricing[enabled]", "True"),
        ("adaptive_pricing[active]", "true"),
        ("payment_intent_data[capture_method]", "later"),
        ("payment_intent_data", "manual"),
        ("line_items[quantity]", "1"),
        ("line_items[0][quantity]", "1.5"),
        (f"{PRICE}[unit_amount]", "45.00"),
        (f"{PRICE}[product_data][description]", "has no name"),
        ("metadata[a][b]", "c"),
        ("metadata", "a"),
        ("expand[0][a]", "payment_intent"),
    ],
)
def test_a_parameter_that_stripe_does_not_know_or_take_is_a_flaw(name: str, value: str) -> None:
    assert flaws_of_form(nested([(name, value)]), checkout.SessionCreateParams) != []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("allowed_payment_method_types[0]", "card"),
        ("mode", "payment"),
        ("expires_at", "1795424400"),
        ("adaptive_pricing[enabled]", "false"),
        ("payment_intent_data[capture_method]", "manual"),
        ("payment_intent_data[metadata][payment_id]", "1"),
        ("metadata[payment_id]", "1"),
        ("expand[0]", "payment_intent"),
    ],
)
def test_a_parameter_that_stripe_takes_is_none(name: str, value: str) -> None:
    assert flaws_of_form(nested([(name, value)]), checkout.SessionCreateParams) == []


def test_a_parameter_that_stripe_needs_is_missed() -> None:
    form = nested([(f"{PRICE}[unit_amount]", "4500")])
    assert flaws_of_form(form, checkout.SessionCreateParams) == [
        ".line_items[0].price_data.currency is missing"
    ]
    assert flaws_of_form(nested([("amount", "all")]), RefundCreateParams) != []


@pytest.mark.parametrize("form", [[("a", "1"), ("a", "2")], [("a[", "1")], [("[a]", "1")]])
def test_a_name_that_is_none_or_comes_twice_is_refused(form: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError):
        nested(form)


REFUND: dict[str, Any] = {
    "id": "re_1",
    "object": "refund",
    "amount": 1,
    "created": 1,
    "currency": "eur",
    "status": "succeeded",
}


@pytest.mark.parametrize(
    "change",
    [
        {"object": "refunds"},
        {"amount": "1"},
        {"amount": True},
        {"amount": None},
        {"colour": "red"},
        {"metadata": {"a": 1}},
        {"charge": 7},
        {"charge": {"id": "ch_1", "object": "charge"}},
        {"reason": "because"},
    ],
)
def test_an_answer_of_another_shape_than_stripes_is_a_flaw(change: dict[str, Any]) -> None:
    assert flaws_of_answer(REFUND, stripe.Refund) == []
    assert flaws_of_answer(REFUND | change, stripe.Refund) != []


def test_an_answer_without_what_stripe_always_says_is_a_flaw() -> None:
    for name in ("id", "object", "amount", "created", "currency"):
        without = {key: value for key, value in REFUND.items() if key != name}
        assert flaws_of_answer(without, stripe.Refund) == [f"Refund.{name} is missing"]
