"""Which graph offers which action in which state, to whom: the table that is promised."""

from itertools import product
from typing import get_args

import pytest

from services.booking.graph import FIRST, GRAPHS, MOVES, PAID, awaits_verdict, next_state, offers
from shared.contracts.booking_links import Graph
from shared.contracts.bookings import Actor, State
from tests.promised import ACTIONS, CONFIRMED
from tests.promised import GRAPHS as PROMISED

STATES: tuple[State, ...] = get_args(State)


def test_every_graph_is_there_and_begins_where_it_should() -> None:
    assert PROMISED.keys() == GRAPHS.keys() == set(get_args(Graph))
    assert FIRST == {
        "instant": "confirmed",
        "confirm_decline": "tentative",
        "instant_payment": "pending_payment",
        "confirm_decline_payment": "pending_payment",
    }
    assert PAID == {"instant_payment": "confirmed", "confirm_decline_payment": "tentative"}


@pytest.mark.parametrize(("graph", "state"), list(product(GRAPHS, STATES)))
def test_a_program_may_do_what_the_table_says_and_nothing_else(graph: Graph, state: State) -> None:
    promised = PROMISED[graph].get(state, {})
    assert {name: step.to for name, step in offers(graph, state).items()} == promised
    for action in ACTIONS:
        assert next_state(graph, state, False, action, "api") == promised.get(action)


@pytest.mark.parametrize(("graph", "state"), list(product(GRAPHS, STATES)))
def test_customer_and_host_share_it_between_them(graph: Graph, state: State) -> None:
    def mine(actor: Actor) -> set[str]:
        return {name for name in ACTIONS if next_state(graph, state, False, name, actor)}

    promised = PROMISED[graph].get(state, {}).keys()
    assert mine("customer") == {name for name in promised if name.endswith("_by_customer")}
    assert mine("host") == promised - mine("customer")


def test_a_request_whose_start_has_passed_can_be_answered_by_nobody() -> None:
    assert not offers("confirm_decline", "tentative", passed=True)
    assert offers("confirm_decline", "confirmed", passed=True) == offers("instant", "confirmed")


def test_moves_are_the_actions_that_leave_a_successor() -> None:
    assert {name for name, to in CONFIRMED.items() if to.startswith("rescheduled")} == MOVES


@pytest.mark.parametrize(
    ("before", "after", "with_link", "waits"),
    [
        ("tentative", "confirmed", True, True),
        ("pending_payment", "confirmed", True, True),
        ("tentative", "confirmed", False, False),
        ("tentative", "declined", True, False),
        ("confirmed", "rescheduled", True, False),
        ("confirmed", "completed", True, False),
    ],
)
def test_tokens_is_asked_before_a_link_is_spent(
    before: State, after: State, with_link: bool, waits: bool
) -> None:
    assert awaits_verdict(before, after, with_link) is waits
