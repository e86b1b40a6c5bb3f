"""What is wrong with a body, as a code, a field and plain words that repeat nothing of it."""

from typing import Any

import msgspec
import pytest

from gateway.reading import explain
from shared.contracts.booking_links import BookingLinkFields
from shared.errors import Refusal

HOST = {"name": "Dana", "email": "dana@example.com"}
GOOD: dict[str, Any] = {"title": "Call", "host": HOST, "schedule": {"timezone": "UTC", "weekly": {}}}


def _wrong(changed: dict[str, Any]) -> tuple[str, str, str]:
    body = {name: value for name, value in {**GOOD, **changed}.items() if value != "left out"}
    with pytest.raises(msgspec.ValidationError) as wrong:
        msgspec.json.decode(msgspec.json.encode(body), type=BookingLinkFields)
    refusal = explain(str(wrong.value))
    assert isinstance(refusal, Refusal)
    (error,) = refusal.errors
    return refusal.code, error.field, error.message


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"title": "left out"}, "title", "is required"),
        ({"host": {"name": "Dana"}}, "host.email", "is required"),
        ({"title": 3}, "title", "must be text, not a whole number"),
        ({"host": None}, "host", "must be an object, not null"),
        ({"active": "yes"}, "active", "must be true or false, not text"),
        ({"questions": {}}, "questions", "must be a list, not an object"),
        ({"duration_minutes": 1.5}, "duration_minutes", "must be a whole number, not a number"),
        ({"price": {"amount": "1", "currency": "EUR"}}, "price.amount", "must be a whole number, not text"),
    ],
)
def test_a_wrong_type_is_an_invalid_request(changed: dict[str, Any], field: str, message: str) -> None:
    assert _wrong(changed) == ("invalid_request", field, message)


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"title": ""}, "title", "must not be empty"),
        ({"title": "x" * 201}, "title", "must not be longer than 200"),
        ({"duration_minutes": 0}, "duration_minutes", "must be at least 1"),
        ({"duration_minutes": 9999}, "duration_minutes", "must be at most 1440"),
        ({"graph": "secret"}, "graph", "must be one of the known values"),
        ({"slug": "Secret"}, "slug", "may hold lower-case letters, digits and single hyphens between them"),
        (
            {"schedule": {"timezone": "UTC", "weekly": {"secretday": []}}},
            "schedule.weekly",
            "must be one of the known values",
        ),
        (
            {"schedule": {**GOOD["schedule"], "overrides": [{"date": "secret", "hours": []}]}},
            "schedule.overrides[0].date",
            "must be a date, like 2026-11-23",
        ),
    ],
)
def test_a_bad_value_fails_validation_and_is_not_repeated(
    changed: dict[str, Any], field: str, message: str
) -> None:
    assert _wrong(changed) == ("validation_failed", field, message)
