"""`python -m tests.faults.without GUARD MODULE ARGUMENTS…`: a piece with one of its guards taken away."""

import importlib
import runpy
import sys

from services.booking.store import bookings

GUARDS = {
    "lock": ("services.tokens.store.claims", "LOCK", " for update", ""),
    "condition": ("services.booking.store.bookings", "SETTLE", " and state = $2", ""),
    "way": ("services.booking.store.bookings", "SETTLE", "toward = $7", "$7::text <> ''"),
    "look": ("services.booking.store.bookings", "INSERT", bookings.UNTAKEN, ""),
    "record": ("services.booking.store.acts", "GET", "a.nonce = $3", "a.nonce = $3 || 'x'"),
    "status": ("services.booking.store.payments", "CHANGE", " and status = $2", ""),
    "row": ("services.booking.store.acts", "LOCK", " for no key update", ""),
}
"""Where each guard is written: module, constant, the words that make it one, and what then stands there."""


def take_away(guard: str) -> None:
    """Cut the guard out of its statement; a guard that is not there any more cannot be a control."""
    module, name, words, instead = GUARDS[guard]
    store = importlib.import_module(module)
    statement: str = getattr(store, name)
    if statement.count(words) != 1:
        raise SystemExit(f"{module}.{name} does not hold {words!r} exactly once")
    setattr(store, name, statement.replace(words, instead))


if __name__ == "__main__":
    take_away(sys.argv[1])
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
