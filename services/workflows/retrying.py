"""When a step that could not be done is tried again."""

from datetime import timedelta

PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (2, 10, 60, 300, 900, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 12 * 3600)
)
"""Over a day in all; after the last the run has failed and waits for somebody to retry it."""


def pause(attempts: int, jitter: float) -> timedelta | None:
    """How long to wait after so many tries before this one; `jitter` is from 0 to 1. None to give up."""
    if attempts >= len(PAUSES):
        return None
    return PAUSES[attempts] * (0.8 + 0.4 * jitter)
