"""`python -m tests.architecture.write_settings_tables`: each README's table of variables, from the code."""

from pathlib import Path

from shared.environment import table
from tests.architecture.pieces import ROOT, SETTINGS, folder

BEGIN, END = "<!-- settings -->\n", "\n<!-- /settings -->"


def readme(name: str) -> Path:
    return ROOT / folder(name) / "README.md"


def with_table(text: str, name: str) -> str:
    """The README with the table of today; ValueError when it has no place for one."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the README of {name} has no lines {BEGIN.strip()} and {END.strip()}")
    return before + begin + table(SETTINGS[name]) + end + after


def main() -> None:
    """Write all of them."""
    for name in SETTINGS:
        readme(name).write_text(with_table(readme(name).read_text(), name))


if __name__ == "__main__":
    main()
