"""What the post office is handed: one letter to one recipient."""

from datetime import datetime
from email.utils import parseaddr
from typing import Literal

from msgspec import Struct


class Unsendable(ValueError):
    """The letter itself cannot be mailed, by any server; the text says why and quotes nothing of it."""


class Address(Struct, frozen=True):
    """A mailbox and whose it is; the name may be empty."""

    name: str
    email: str

    @classmethod
    def parse(cls, text: str) -> "Address":
        """From `Name <address>` or the address alone; ValueError for anything else."""
        name, email = parseaddr(text)
        if "@" not in email:
            raise ValueError("write an address, or Name <address>")
        return cls(name, email)


class Invitation(Struct, frozen=True, kw_only=True):
    """A meeting for the recipient's calendar, or one to be taken out of it.

    `uid` stays the same for all bookings of a chain of reschedules, and each later message has a greater
    `sequence` (RFC 5546, 2.1.4 and 2.1.5). `start` and `end` are aware.
    """

    uid: str
    sequence: int
    method: Literal["REQUEST", "CANCEL"]
    start: datetime
    end: datetime
    summary: str
    description: str
    organizer: Address
    attendee: Address
    url: str | None = None


class Letter(Struct, frozen=True, kw_only=True):
    """One email. `message_id` is `<left@right>`, the same whenever the same letter is sent again.

    `unsubscribe` is a web address for List-Unsubscribe (RFC 2369); with `unsubscribe_one_click` it takes
    a POST without asking back (RFC 8058), which mail programs only believe of https.
    """

    message_id: str
    sender: Address
    recipient: Address
    subject: str
    text: str
    html: str | None = None
    reply_to: Address | None = None
    invitation: Invitation | None = None
    unsubscribe: str | None = None
    unsubscribe_one_click: bool = False
