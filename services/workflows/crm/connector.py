"""What a CRM does for us: find a contact, log an engagement, keep a meeting.

Every verb may be repeated with the same key. `doubt` says that the same may have been done before without
our knowing: the record is then looked for before it is made. Where the app has named a property that holds
our keys, the CRM itself makes sure that there is one record for each.
"""

from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from msgspec import Struct

Outcome = Literal["scheduled", "moved", "cancelled"]


class ContactRef(Struct, frozen=True):
    """A person as the CRM knows them, by its own id."""

    id: str
    kind: Literal["contact", "lead"] = "contact"


class Engagement(Struct, frozen=True):
    """Something that happened to a contact; `key` is ours and makes a repeated logging the same one."""

    key: UUID
    at: datetime
    subject: str
    text: str


class Meeting(Struct, frozen=True):
    """A booking; `key` is its id."""

    key: UUID
    title: str
    start: datetime
    end: datetime
    text: str
    outcome: Outcome = "scheduled"


class Away(Exception):
    """The CRM did not answer, or not now: the same again later."""


class Throttled(Exception):
    """Too much was asked of the CRM: nothing more for `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class NeedsReconnect(Exception):
    """The credentials do not hold any more; only a person can give new ones. The text says why."""


class Refused(Exception):
    """The CRM's final no; repeating cannot help. The text is its reason and quotes no personal data."""


class Connector(Protocol):
    """One connection to a CRM; any verb raises Away, Throttled, NeedsReconnect or Refused."""

    async def find_contact(self, email: str, external_ref: str | None) -> ContactRef | None:
        """The person by their id in the app's own systems where the connection says how, else by email."""

    async def log_engagement(self, contact: ContactRef, engagement: Engagement, doubt: bool) -> str:
        """Write it on the contact's timeline; the CRM's id of it."""

    async def put_meeting(self, contact: ContactRef, meeting: Meeting, known: str | None, doubt: bool) -> str:
        """Make the CRM's meeting as ours is now; its id, which is `known` when it was made before."""
