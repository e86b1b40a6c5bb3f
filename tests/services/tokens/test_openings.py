"""Openings are gathered and none is lost, not even when they cannot be written down."""

from uuid import UUID

from services.tokens.openings import Opening, Openings
from tests.services.tokens.making import NOW, SECOND

ONE, TWO = UUID(int=1), UUID(int=2)


def test_openings_of_a_link_are_one_entry_with_first_and_last() -> None:
    openings = Openings()
    for seconds in range(3):
        openings.note(ONE, NOW + seconds * SECOND)
    openings.note(TWO, NOW)
    assert openings.take() == {ONE: Opening(3, NOW, NOW + 2 * SECOND), TWO: Opening(1, NOW, NOW)}
    assert openings.take() == {}


def test_what_could_not_be_written_down_waits_with_what_came_since() -> None:
    openings = Openings()
    openings.note(ONE, NOW)
    openings.note(TWO, NOW)
    taken = openings.take()
    openings.note(ONE, NOW + SECOND)
    openings.give_back(taken)
    openings.note(TWO, NOW + SECOND)
    assert openings.take() == {
        ONE: Opening(2, NOW, NOW + SECOND),
        TWO: Opening(2, NOW, NOW + SECOND),
    }
