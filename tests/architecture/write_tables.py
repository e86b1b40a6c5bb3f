"""`python -m tests.architecture.write_tables`: the tables of the READMEs, from the code."""

from pathlib import Path

from services.booking import graph
from services.booking.settings import SandboxSettings, StripeSettings
from shared.environment import table
from tests.architecture.pieces import ROOT, SETTINGS, folder

BOOKING = {
    "graphs": graph.table(),
    "sandbox settings": table(SandboxSettings),
    "stripe settings": table(StripeSettings),
}
"""What only that README has."""


def readme(name: str) -> Path:
    return ROOT / folder(name) / "README.md"


def with_tables(text: str, name: str) -> str:
    """The README with the tables of today; ValueError when it has no place for one."""
    text = _put(text, name, "settings", table(SETTINGS[name]))
    if name != "booking":
        return text
    for kind, rows in BOOKING.items():
        text = _put(text, name, kind, rows)
    return text


def _put(text: str, name: str, kind: str, rows: str) -> str:
    begin, end = f"<!-- {kind} -->\n", f"\n<!-- /{kind} -->"
    before, begun, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise ValueError(f"the README of {name} has no lines {begin.strip()} and {end.strip()}")
    return before + begin + rows + end + after


def main() -> None:
    """Write all of them."""
    for name in SETTINGS:
        readme(name).write_text(with_tables(readme(name).read_text(), name))


if __name__ == "__main__":
    main()
