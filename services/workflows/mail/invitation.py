"""An invitation as iCalendar (RFC 5545), by the rules for meeting requests (RFC 5546)."""

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

from services.workflows.mail.header_values import checked, link, one_line, readable
from services.workflows.mail.letter import Address, Invitation, Unsendable

PRODUCT = "-//Bookonce//Bookonce//EN"


def calendar(invitation: Invitation, now: datetime) -> str:
    """The calendar object to mail; Unsendable when its times, names or addresses make no meeting.

    Whoever booked has accepted by booking, so nobody is asked to reply.
    """
    wrapper = Calendar()
    wrapper.add("prodid", PRODUCT)
    wrapper.add("version", "2.0")
    wrapper.add("calscale", "GREGORIAN")
    wrapper.add("method", invitation.method)
    wrapper.add_component(_event(invitation, now))
    return str(wrapper.to_ical(), "utf-8")


def _event(invitation: Invitation, now: datetime) -> Event:
    if invitation.start.tzinfo is None or invitation.end.tzinfo is None:
        raise Unsendable("a time of the meeting has no zone")
    if invitation.end <= invitation.start:
        raise Unsendable("the meeting ends before it starts")
    event = Event()
    event.add("uid", one_line(invitation.uid))
    event.add("sequence", invitation.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", invitation.start.astimezone(UTC))
    event.add("dtend", invitation.end.astimezone(UTC))
    event.add("summary", one_line(invitation.summary))
    event.add("description", readable(invitation.description))
    event.add("status", "CANCELLED" if invitation.method == "CANCEL" else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _person(invitation.organizer))
    event.add("attendee", _attendee(invitation.attendee))
    if invitation.url is not None:
        event.add("url", link(invitation.url))
    return event


def _attendee(address: Address) -> vCalAddress:
    person = _person(address)
    person.params["ROLE"] = "REQ-PARTICIPANT"
    person.params["PARTSTAT"] = "ACCEPTED"
    person.params["RSVP"] = "FALSE"
    return person


def _person(address: Address) -> vCalAddress:
    known = checked(address)
    person = vCalAddress(f"mailto:{known.email}")
    if known.name:
        # A backslash at its end would escape the closing quote for some readers.
        person.params["CN"] = known.name.replace("\\", "/")
    return person
