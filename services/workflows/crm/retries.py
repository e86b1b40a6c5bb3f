"""When a push is tried again: pure decisions."""

FIRST_SECONDS = 30.0
"""Longer than a CRM's search takes to find what was made just now."""
LONGEST_SECONDS = 3600.0
MOST_ATTEMPTS = 30
"""About a day, by the delays below."""
PEER_SECONDS = 5.0
"""After another piece did not answer, which is no fault of the CRM's."""


def delay(attempts: int) -> float:
    """Seconds until the next attempt, after so many that failed."""
    return min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempts - 1, 20))
