"""What a calendar part asks of its reader."""

from datetime import date
from typing import Any

from icalendar import Calendar
from msgspec import Struct


class Invitation(Struct, frozen=True, kw_only=True):
    """The first meeting in a calendar; times as they are written there."""

    method: str
    uid: str
    sequence: int
    status: str
    start: date
    end: date
    summary: str
    description: str
    organizer: str
    attendees: list[str]
    url: str


def read_invitation(calendar: str) -> Invitation:
    """Raises whatever the parser does when it is none."""
    parsed: Any = Calendar.from_ical(calendar)
    event = parsed.walk("VEVENT")[0]
    attendees = event.get("attendee", [])
    return Invitation(
        method=str(parsed.get("method", "")),
        uid=str(event["uid"]),
        sequence=int(event.get("sequence", 0)),
        status=str(event.get("status", "")),
        start=event["dtstart"].dt,
        end=event["dtend"].dt,
        summary=str(event.get("summary", "")),
        description=str(event.get("description", "")),
        organizer=_address(event.get("organizer", "")),
        attendees=[_address(each) for each in (attendees if isinstance(attendees, list) else [attendees])],
        url=str(event.get("url", "")),
    )


def _address(person: Any) -> str:
    return str(person).removeprefix("mailto:").removeprefix("MAILTO:")
