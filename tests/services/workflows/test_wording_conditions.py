"""Conditions: what equals, what contains, and that nothing about either can fail."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.workflows.wording.conditions import Operator, check, holds
from services.workflows.wording.values import values
from tests.services.workflows.wording_facts import a_booking, full_facts, id_of

KNOWN = values(
    full_facts(data={"stage": "Won", "seats": 1, "vip": True, "tags": ["A", 2], "deal": {"x": None}})
)


@pytest.mark.parametrize(
    ("field", "operator", "wanted", "expected"),
    [
        ("data.stage", "equals", "Won", True),
        ("data.stage", "equals", "won", False),
        ("data.stage", "contains", "wO", True),
        ("data.stage", "contains", "lost", False),
        ("data.stage", "contains", "", True),
        ("data.seats", "equals", 1, True),
        ("data.seats", "equals", 1.0, True),
        ("data.seats", "equals", "1", False),
        ("data.seats", "equals", True, False),
        ("data.seats", "contains", "1", False),
        ("data.vip", "equals", True, True),
        ("data.vip", "equals", 1, False),
        ("data.tags", "contains", "A", True),
        ("data.tags", "contains", "a", False),
        ("data.tags", "contains", 2, True),
        ("data.tags", "contains", "2", False),
        ("data.deal.x", "equals", None, True),
        ("data.deal", "equals", None, False),
        ("data.deal", "contains", "x", False),
        ("data.absent", "equals", None, True),
        ("data.absent.further.down", "equals", None, True),
        ("data.absent", "equals", "", False),
        ("data.absent", "contains", "", False),
        ("data.stage.upper", "equals", None, True),
        ("booking.state", "equals", "confirmed", True),
        ("booking.start", "equals", "2026-11-24T09:00:00Z", True),
        ("booking.start", "contains", "2026-11-24", True),
        ("booking.rescheduled_from", "equals", None, True),
        ("booking.answers.company", "contains", "acme", True),
        ("event.actor", "equals", "customer", True),
        ("event.action", "equals", "confirm", True),
    ],
)
def test_a_condition_holds_for_what_is_so(
    field: str, operator: Operator, wanted: object, expected: bool
) -> None:
    assert check(field) is None
    assert holds(field, operator, wanted, KNOWN) is expected


def test_a_moved_booking_is_told_from_a_first_one() -> None:
    moved = values(full_facts(booking=a_booking(rescheduled_from=str(id_of(9)))))
    assert not holds("booking.rescheduled_from", "equals", None, moved)


def test_a_field_nobody_knows_is_refused_with_the_one_that_was_meant() -> None:
    assert check("booking.rescheduled") == (
        "unknown variable `booking.rescheduled`: did you mean `booking.rescheduled_from`?"
    )
    assert check("event.actr") == "unknown variable `event.actr`: did you mean `event.actor`?"
    assert check("") == "unknown variable ``"
    assert check("cancel_url") is not None


ANY = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text() | st.integers())
)


@settings(deadline=None)
@given(st.text() | st.just("data.x"), st.sampled_from(["equals", "contains"]), ANY, ANY)
def test_no_field_and_no_value_makes_a_condition_fail(
    field: str, operator: Operator, wanted: Any, found: Any
) -> None:
    assert holds(field, operator, wanted, {"data": {"x": found}}) in (True, False)
    check(field)
