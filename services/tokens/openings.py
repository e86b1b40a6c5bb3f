"""How often links were opened: gathered in memory, written down in one statement a second at most."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class Opening(Struct):
    """Openings of one link since they were last written down."""

    count: int
    first: datetime
    last: datetime


class Openings:
    def __init__(self) -> None:
        self._waiting: dict[UUID, Opening] = {}

    def note(self, link_id: UUID, at: datetime) -> None:
        """One more opening."""
        known = self._waiting.get(link_id)
        if known is None:
            self._waiting[link_id] = Opening(1, at, at)
        else:
            known.count += 1
            known.last = at

    def take(self) -> dict[UUID, Opening]:
        """All that waits; who takes it writes it down or gives it back."""
        taken, self._waiting = self._waiting, {}
        return taken

    def give_back(self, taken: dict[UUID, Opening]) -> None:
        """What could not be written down waits again."""
        for link_id, opening in self._waiting.items():
            known = taken.setdefault(link_id, opening)
            if known is not opening:
                known.count += opening.count
                known.last = opening.last
        self._waiting = taken
