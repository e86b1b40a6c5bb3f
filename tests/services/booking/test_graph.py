"""Which graph offers which action in which state: the table of the contract, for what exists."""

import pytest

from services.booking.graph import FIRST, GRAPHS, next_state
from shared.contracts.bookings import State

INSTANT = {
    "cancel": "cancelled",
    "cancel_by_customer": "cancelled_by_customer",
    "complete": "completed",
}
ENDED: tuple[State, ...] = ("completed", "cancelled", "cancelled_by_customer", "failed", "declined", "unpaid")


def test_a_booking_of_the_instant_graph_begins_confirmed() -> None:
    assert FIRST["instant"] == "confirmed"


@pytest.mark.parametrize("action", INSTANT)
def test_a_confirmed_booking_leads_where_the_table_says(action: str) -> None:
    assert next_state("instant", "confirmed", action) == INSTANT[action]


@pytest.mark.parametrize("state", ENDED)
def test_what_has_ended_offers_nothing(state: State) -> None:
    for graph in GRAPHS:
        for action in (*INSTANT, "confirm", "decline", "reschedule", "settle", ""):
            assert next_state(graph, state, action) is None


def test_what_is_being_settled_offers_nothing() -> None:
    for graph, states in GRAPHS.items():
        assert "confirming" not in states
        assert next_state(graph, "confirming", "cancel") is None
