"""Each piece's README says what it is told by its environment, as the code has it."""

import pytest

from tests.architecture.pieces import NAMES, SETTINGS
from tests.architecture.write_settings_tables import readme, with_table


def test_every_piece_has_its_settings() -> None:
    assert list(SETTINGS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_table_of_variables_is_that_of_the_code(name: str) -> None:
    text = readme(name).read_text()
    assert text == with_table(text, name), "run `python -m tests.architecture.write_settings_tables`"


def test_a_readme_without_a_place_for_the_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="no lines"):
        with_table("# tokens\n\nnothing here\n", "tokens")
