"""Each piece's README says what the code says: its settings, and the graphs of bookings."""

import pytest

from tests.architecture.pieces import NAMES, SETTINGS
from tests.architecture.write_tables import readme, with_tables


def test_every_piece_has_its_settings() -> None:
    assert list(SETTINGS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_tables_are_those_of_the_code(name: str) -> None:
    text = readme(name).read_text()
    assert text == with_tables(text, name), "run `python -m tests.architecture.write_tables`"


def test_a_readme_without_a_place_for_a_table_is_an_error() -> None:
    settings = "<!-- settings -->\nold\n<!-- /settings -->"
    for name, text in (("tokens", "# tokens\n\nnothing here\n"), ("booking", settings)):
        with pytest.raises(ValueError, match="no lines"):
            with_tables(text, name)
