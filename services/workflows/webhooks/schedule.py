"""When a webhook is tried again, when it is given up, and when its endpoint is."""

from datetime import datetime, timedelta

PAUSES = tuple(
    timedelta(**pause)
    for pause in (
        {"seconds": 5},
        {"minutes": 1},
        {"minutes": 5},
        {"minutes": 30},
        {"hours": 2},
        {"hours": 5},
        {"hours": 10},
        {"hours": 10},
    )
)
"""Between one attempt and the next: nine attempts in a little over a day."""
JITTER = 0.2
"""A pause is longer by up to this part of it, so that what failed together does not come back together."""
LONGEST_WISH = timedelta(hours=2)
"""As long as a receiver may ask for with Retry-After, beyond the pause that it would get anyway."""
PATIENCE = timedelta(days=5)
"""An endpoint that has failed for so long without one success is disabled."""


def next_pause(failures: int, luck: float, wish: timedelta | None = None) -> timedelta | None:
    """The pause after so many failed attempts (at least 1), or None to give up.

    `luck` is from 0 to 1; `wish` is what the receiver asked for.
    """
    if failures > len(PAUSES):
        return None
    pause = PAUSES[failures - 1] * (1 + JITTER * luck)
    return max(pause, min(wish, LONGEST_WISH)) if wish else pause


def is_given_up(failing_since: datetime, now: datetime) -> bool:
    """Whether an endpoint that just failed again is to be disabled; both times are aware."""
    return now - failing_since >= PATIENCE
