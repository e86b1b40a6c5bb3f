"""The states of a booking: which graph offers which action in which state, and where it leads."""

from collections.abc import Mapping

from shared.contracts.booking_links import Graph
from shared.contracts.bookings import State

WAITING: frozenset[State] = frozenset({"confirming", "pending_payment", "tentative"})
"""States in which a booking holds its single-use link without having consumed it for good."""

_CONFIRMED: Mapping[str, State] = {
    "cancel": "cancelled",
    "cancel_by_customer": "cancelled_by_customer",
    "complete": "completed",
}

GRAPHS: Mapping[Graph, Mapping[State, Mapping[str, State]]] = {
    "instant": {"confirmed": _CONFIRMED},
}
"""graph → state → action → next state. Rescheduling has its own way in and is not here yet."""

FIRST: Mapping[Graph, State] = {"instant": "confirmed"}
"""The state that a new booking of each graph moves toward."""


def next_state(graph: Graph, state: State, action: str) -> State | None:
    """Where the action leads from here, or None when it is not offered."""
    return GRAPHS[graph].get(state, {}).get(action)
