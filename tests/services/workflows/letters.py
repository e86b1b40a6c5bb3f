"""A letter like any other, and how it is read where it arrives."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from services.workflows.mail.letter import Address, Invitation, Letter

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = Address("Dana Reyes", "bookings@example.com")
AMARA = Address("Amara Okafor", "amara@example.com")


def a_letter(**changed: Any) -> Letter:
    """From Dana to Amara, unless something is `changed`."""
    usual: dict[str, Any] = {
        "message_id": "<run-1.step-1@bookonce.example>",
        "sender": SENDER,
        "recipient": AMARA,
        "subject": "Your call is booked",
        "text": "See you on Tuesday.\n.\nFrom Dana\n",
        "html": "<p>See you on <b>Tuesday</b>.</p>",
    }
    return Letter(**{**usual, **changed})


def an_invitation(**changed: Any) -> Invitation:
    """Half an hour on a Tuesday."""
    usual: dict[str, Any] = {
        "uid": "01956e3c@bookonce.example",
        "sequence": 0,
        "method": "REQUEST",
        "start": NOW + timedelta(days=2),
        "end": NOW + timedelta(days=2, minutes=30),
        "summary": "Intro call",
        "description": "Half an hour.\nWith tea; or coffee, or both.",
        "organizer": SENDER,
        "attendee": AMARA,
    }
    return Invitation(**{**usual, **changed})


def read(content: bytes) -> EmailMessage:
    """As a mail program would."""
    return message_from_bytes(content, policy=policy.default)


def mailboxes(content: bytes, header: str) -> list[tuple[str, str]]:
    """Names and addresses in a header; Python's newer parser puts blanks between encoded words of a name."""
    value = str(message_from_bytes(content)[header]).replace("\r\n", "")
    return [(str(make_header(decode_header(name))), email) for name, email in getaddresses([value])]


def part(message: EmailMessage, kind: str) -> Any:
    """The content of the first part of this type."""
    return next(each for each in message.walk() if each.get_content_type() == kind).get_content()
