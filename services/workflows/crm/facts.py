"""Who and what an event is about, as its owners know it at the time of sending."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from msgspec import Struct

from shared.contracts.bookings import State
from shared.contracts.events import Event

STEP = "workflow.step"
"""The type of a workflow's own push: its subject is the contact."""


class Facts(Struct, frozen=True, kw_only=True):
    """A person, and what may be said of the link or the booking; what does not apply is None."""

    email: str
    external_ref: str | None = None
    name: str = ""
    title: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    timezone: str = "UTC"
    state: State | None = None
    host: str | None = None
    campaign: str | None = None


Describe = Callable[[Event], Awaitable[Facts | None]]
"""None when nothing is known any more, as of a contact that was erased."""
