"""What a CRM is told of an event: pure decisions and plain words, never a token and no link of ours."""

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from services.workflows.crm.connector import Engagement, Meeting, Outcome
from services.workflows.crm.facts import STEP, Facts
from shared.contracts.events import Event

LINK_SAID: Mapping[str, str] = {
    "single_use_link.created": "Single-use link created",
    "single_use_link.consumed": "Single-use link used: the meeting is booked",
    "single_use_link.expired": "Single-use link expired unused",
    "single_use_link.revoked": "Single-use link revoked",
}
MEETING_BECAME: Mapping[str, Outcome] = {
    "booking.confirmed": "scheduled",
    "booking.rescheduled": "moved",
    "booking.rescheduled_by_customer": "moved",
    "booking.cancelled": "cancelled",
    "booking.cancelled_by_customer": "cancelled",
}
NOTE_SUBJECT = "Note from a workflow"
_OUTCOME_OF_STATE: Mapping[str, Outcome] = {
    event.removeprefix("booking."): outcome for event, outcome in MEETING_BECAME.items()
}
_BEFORE_CONFIRMATION = frozenset({"tentative", "pending_payment"})
_OWN_LINK = re.compile(r"\S*/(?:single-use|booking-status|external_action)/\S+")


def is_told(event: Event) -> bool:
    """Whether a CRM hears of it; a booking that ends before it was confirmed never was a meeting there."""
    if event.type in MEETING_BECAME:
        return event.data.get("from") not in _BEFORE_CONFIRMATION or event.type == "booking.confirmed"
    return event.type in LINK_SAID


def is_meeting(event: Event) -> bool:
    return event.type in MEETING_BECAME


def discreet(note: str) -> str:
    """A note without the links that open or change something for whoever has them."""
    return _OWN_LINK.sub("[link]", note)


def engagement(event: Event, facts: Facts, note: str | None) -> Engagement:
    """The note of a workflow, or what happened to a single-use link."""
    if event.type == STEP:
        return Engagement(event.id, event.occurred_at, NOTE_SUBJECT, note or "")
    said = LINK_SAID[event.type]
    subject = f"{said}: {facts.title}" if facts.title else said
    lines = [
        subject,
        _line("Meeting", facts.start, facts.timezone),
        _line("When", event.occurred_at, facts.timezone),
        *_context(facts),
    ]
    return Engagement(event.id, event.occurred_at, subject, "\n".join(line for line in lines if line))


def meeting(event: Event, facts: Facts) -> Meeting | None:
    """The booking as it is by now, which may be further than the event; None without a time."""
    if facts.start is None or facts.end is None:
        return None
    outcome = _OUTCOME_OF_STATE.get(facts.state or "", MEETING_BECAME[event.type])
    title = facts.title or "Meeting"
    lines = [f"Booked with {facts.host}" if facts.host else "Booked", *_context(facts)]
    text = "\n".join(line for line in lines if line)
    named = f"{title}: {facts.name}" if facts.name else title
    return Meeting(event.subject_id, named, facts.start, facts.end, text, outcome)


def _context(facts: Facts) -> list[str]:
    return [f"Campaign: {facts.campaign}"] if facts.campaign else []


def _line(what: str, at: datetime | None, timezone: str) -> str:
    return "" if at is None else f"{what}: {at.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M} ({timezone})"
