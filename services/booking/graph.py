"""The states of a booking: which graph offers which action in which state, to whom, and where it leads.

This table is the one place that knows it; the code, `available_actions` and the README read it.
"""

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Literal, NamedTuple

from shared.contracts.booking_links import Graph
from shared.contracts.bookings import Actor, State

Party = Literal["host", "customer"]


class Step(NamedTuple):
    """Where an action leads, and whose it is; a program with an API key may do everybody's."""

    to: State
    by: Party


States = Mapping[State, Mapping[str, Step]]

FIRST: Mapping[Graph, State] = {
    "instant": "confirmed",
    "confirm_decline": "tentative",
    "instant_payment": "pending_payment",
    "confirm_decline_payment": "pending_payment",
}
"""The state that a new booking of each graph moves toward."""

PAID: Mapping[Graph, State] = {"instant_payment": "confirmed", "confirm_decline_payment": "tentative"}
"""Where a booking goes once its price is authorised; only these graphs have a price."""

MOVES: Set[str] = frozenset({"reschedule", "reschedule_by_customer"})
"""Actions that leave a booking for another one, at a chosen start."""

WAITING: Set[State] = frozenset({"confirming", "pending_payment", "tentative"})
"""States in which a booking holds its single-use link without having consumed it for good."""

_PENDING_PAYMENT: Mapping[str, Step] = {
    "cancel_by_customer": Step("cancelled_by_customer", "customer"),
}
_CONFIRMED: Mapping[str, Step] = {
    "cancel": Step("cancelled", "host"),
    "cancel_by_customer": Step("cancelled_by_customer", "customer"),
    "reschedule": Step("rescheduled", "host"),
    "reschedule_by_customer": Step("rescheduled_by_customer", "customer"),
    "complete": Step("completed", "host"),
}
_TENTATIVE: Mapping[str, Step] = {
    "confirm": Step("confirmed", "host"),
    "decline": Step("declined", "host"),
    "cancel_by_customer": Step("cancelled_by_customer", "customer"),
}

GRAPHS: Mapping[Graph, States] = {
    "instant": {"confirmed": _CONFIRMED},
    "confirm_decline": {"tentative": _TENTATIVE, "confirmed": _CONFIRMED},
    "instant_payment": {"pending_payment": _PENDING_PAYMENT, "confirmed": _CONFIRMED},
    "confirm_decline_payment": {
        "pending_payment": _PENDING_PAYMENT,
        "tentative": _TENTATIVE,
        "confirmed": _CONFIRMED,
    },
}
"""graph → state → action → step; a state that is not there offers nothing."""

ACTIONS: Set[str] = frozenset(
    action for states in GRAPHS.values() for steps in states.values() for action in steps
)
"""All that any of them knows."""

_NOTHING: Mapping[str, Step] = MappingProxyType({})


def offers(graph: Graph, state: State, passed: bool = False) -> Mapping[str, Step]:
    """What can be done now; nobody can answer a request any more that has `passed` (StoredBooking)."""
    if passed and state == "tentative":
        return _NOTHING
    return GRAPHS[graph].get(state, _NOTHING)


def next_state(graph: Graph, state: State, passed: bool, action: str, actor: Actor) -> State | None:
    """Where the action leads from here, or None when it is not offered to this actor."""
    step = offers(graph, state, passed).get(action)
    return step.to if step is not None and actor in ("api", step.by) else None


def awaits_verdict(before: State, after: State, with_link: bool) -> bool:
    """Whether tokens must be asked before the step is taken: a link is consumed by what confirms it."""
    return with_link and after == "confirmed" and before in WAITING


def table() -> str:
    """All of it as a Markdown table, in the order of this module."""
    rows = [
        f"| `{graph}` | {state} | `{action}` | {step.to} | {step.by} |"
        for graph, states in GRAPHS.items()
        for state, steps in states.items()
        for action, step in steps.items()
    ]
    return "\n".join(["| graph | state | action | leads to | whose |", "|---|---|---|---|---|", *rows])
