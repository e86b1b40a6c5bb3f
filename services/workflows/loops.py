"""What keeps workflows from setting off each other, or themselves, without end."""

from uuid import UUID

DEEPEST = 5
"""Runs that may lead to one another, each by a link that the one before had made."""
MOST_AN_HOUR = 50
"""Runs of one workflow for one contact."""


def stops(trigger: str, workflow_id: UUID, maker: UUID | None, depth: int, recent: int) -> str | None:
    """Why a run must not begin, or None.

    `maker` is the workflow that made the link the event is about, if one did; `depth` counts the runs
    that led here; `recent` those that this workflow began for the contact within an hour.
    """
    if trigger == "single_use_link.created" and maker == workflow_id:
        return "the workflow was set off by a link of its own"
    if depth > DEEPEST:
        return f"more than {DEEPEST} runs have led to one another"
    if recent >= MOST_AN_HOUR:
        return f"{MOST_AN_HOUR} runs for the same contact within an hour"
    return None
