"""What doing a step came to."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Literal
from uuid import UUID

from msgspec import Struct

from shared.postgres import Connection


class Done(Struct, frozen=True, kw_only=True):
    """It was done; the next step follows after `wait`, or the one after that when it is to be skipped.

    `write` is to be written along with that; False when there is nobody to take it any more.
    """

    wait: timedelta | None = None
    skip_next: bool = False
    single_use_link_id: UUID | None = None
    message_id: str | None = None
    delivery_id: UUID | None = None
    write: Callable[[Connection], Awaitable[bool]] | None = None


class Skipped(Struct, frozen=True):
    """There was nothing to do; the next step follows."""

    detail: str


class Later(Struct, frozen=True):
    """It could not be done now and is tried again, not before `after`."""

    because: str
    after: timedelta | None = None


class Failed(Struct, frozen=True):
    """It cannot be done by trying again: somebody must look."""

    because: str


class Off(Struct, frozen=True):
    """The run ends here, for a good reason."""

    state: Literal["stopped", "skipped"]
    because: str


Result = Done | Skipped | Later | Failed | Off
