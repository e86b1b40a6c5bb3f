"""What must be there."""

from typing import TypeVar

from shared.errors import Refusal

Found = TypeVar("Found")


def present(found: Found | None) -> Found:
    """What was found; Refusal `not_found` when nothing was."""
    if found is None:
        raise Refusal("not_found")
    return found
