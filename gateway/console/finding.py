"""What may not be there: no longer, not yet, or of another app."""

from collections.abc import Awaitable
from typing import TypeVar
from uuid import UUID

from shared.errors import Refusal

Found = TypeVar("Found")


async def found(asking: Awaitable[Found]) -> Found | None:
    """The answer, or None where there is no such thing."""
    try:
        return await asking
    except Refusal as refusal:
        if refusal.code != "not_found":
            raise
        return None


def an_id(text: str) -> UUID | None:
    """The id that this is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
