"""Contacts pasted or uploaded as CSV: what each row holds, and why it cannot be used where it cannot."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec
from msgspec import Struct

from gateway import reading
from gateway.console import csv_text
from shared.contracts.contacts import InlineContact

MOST = 50_000
"""So many rows are read."""
LARGEST = 8 * 1024 * 1024
"""So many bytes a file may have."""
LINES = 4 * MOST
"""So many lines, blank ones too."""
SHOWN = 200
"""So much of a cell that is refused is shown again."""

_TOO_LARGE = f"This is larger than {LARGEST // 1024 // 1024} MB or {LINES:,} lines. Cut it into parts."
_UNREADABLE = f"The quotes in this line do not match, or it is longer than {csv_text.LONGEST:,} characters."
_SPELLINGS = {
    "email": ("email", "emailaddress", "mail", "mailaddress", "workemail", "contactemail", "emailid"),
    "name": ("name", "fullname", "contact", "contactname", "displayname", "person"),
    "first": ("firstname", "first", "givenname", "forename"),
    "last": ("lastname", "last", "surname", "familyname"),
}
_MEANING = {spelling: column for column, known in _SPELLINGS.items() for spelling in known}
_BLANK = "\ufeff\u200b\u2060"
_FORMULA = {"name": ("=", "+", "-", "@"), "email": ("=", "@")}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Row(Struct, frozen=True):
    """A contact as written in `line`, the file's first being 1.

    `problem` says why it cannot be used; `repeats` is the line in which the same email came before.
    """

    line: int
    name: str
    email: str
    problem: str | None = None
    repeats: int | None = None


class Sheet(Struct, frozen=True):
    """All rows in their order; `fault` is why there are none, `cut` tells that there were more than MOST."""

    rows: list[Row]
    fault: str | None = None
    cut: bool = False

    @property
    def contacts(self) -> list[InlineContact]:
        """Those that links can be made for, each once."""
        good = (row for row in self.rows if row.problem is None and row.repeats is None)
        return [InlineContact(row.name, row.email) for row in good]


class _Columns(NamedTuple):
    """Where in a row each thing stands."""

    email: int
    name: int | None = None
    first: int | None = None
    last: int | None = None


def read(raw: bytes) -> Sheet:
    """An uploaded file, in whatever encoding and with whatever separator spreadsheets save it."""
    if len(raw) > LARGEST:
        return Sheet([], _TOO_LARGE)
    if raw.startswith(_WORKBOOKS):
        return Sheet([], "This is a spreadsheet, not a CSV file. Save it as CSV and choose that.")
    return read_text(csv_text.decoded(raw))


def read_text(text: str) -> Sheet:
    """The same, pasted."""
    if len(text) > LARGEST or max(map(text.count, "\r\n")) > LINES:
        return Sheet([], _TOO_LARGE)
    found = csv_text.rows(text.encode(errors="replace").decode())
    first = next(found, None)
    if first is None:
        return Sheet([], "There are no rows in it.")
    cells = first[1] or []
    columns = _by_headings(cells)
    if columns is None:
        columns = _by_content(cells)
        if columns is None:
            return Sheet([], "The first line names no column for the email, such as “name, email”.")
        found = _again(first, found)
    if columns.name is columns.first is columns.last is None:
        return Sheet([], "There is no column for the name, such as “name, email”.")
    rows = list(_rows(found, columns))
    return Sheet(rows[:MOST], None if rows else "There are no rows below the headings.", len(rows) > MOST)


def _rows(found: Iterable[tuple[int, list[str] | None]], columns: _Columns) -> Iterator[Row]:
    """One more than MOST where there are more."""
    lines: dict[str, int] = {}
    for number, (line, cells) in enumerate(found):
        if number > MOST:
            return
        row = _row(line, cells, columns)
        same = row.email.casefold()
        if row.problem is None and lines.setdefault(same, line) != line:
            row = msgspec.structs.replace(row, repeats=lines[same])
        yield row


def _row(line: int, cells: list[str] | None, columns: _Columns) -> Row:
    if cells is None:
        return Row(line, "", "", _UNREADABLE)
    email = _cell(cells, columns.email)
    parts = (_cell(cells, columns.first), _cell(cells, columns.last))
    name = _cell(cells, columns.name) or " ".join(filter(None, parts))
    problem = _problem(name, email)
    name, email = _unmarked(name), _unmarked(email)
    return Row(line, name, email) if problem is None else Row(line, name[:SHOWN], email[:SHOWN], problem)


def _problem(name: str, email: str) -> str | None:
    """Why this cannot be a contact: the API's own rules, and what a spreadsheet would calculate."""
    for field, value in (("name", name), ("email", email)):
        if not value:
            return f"The {field} is missing."
        if value.startswith(_FORMULA[field]):
            return f"The {field} begins like a formula, with “{value[0]}”."
    try:
        msgspec.convert({"name": name, "email": email}, InlineContact)
    except msgspec.ValidationError as error:
        [wrong] = reading.explain(str(error)).errors
        return f"The {wrong.field} {wrong.message}."
    return None


def _cell(cells: Sequence[str], place: int | None) -> str:
    """A cell's text on one line, without the formula that keeps spreadsheets from changing it."""
    if place is None or place >= len(cells):
        return ""
    text = " ".join(cells[place].split()).strip(_BLANK)
    if len(text) > 2 and text.startswith('="') and text.endswith('"'):
        text = text[2:-1].strip()
    return text


def _unmarked(text: str) -> str:
    """Without the apostrophe that says of a text that it is no formula, as our own CSV does."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _by_headings(cells: Sequence[str]) -> _Columns | None:
    """The columns that a first line names; None when it names no email."""
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        letters = filter(str.isalnum, unicodedata.normalize("NFKC", cell).casefold())
        column = _MEANING.get("".join(letters))
        if column is not None:
            places.setdefault(column, place)
    return _Columns(**places) if "email" in places else None


def _by_content(cells: Sequence[str]) -> _Columns | None:
    """The columns of a file without headings: the first cell with an @, and the first of the others."""
    email = next((place for place in range(len(cells)) if "@" in cells[place]), None)
    if email is None:
        return None
    return _Columns(email, next((place for place in range(len(cells)) if place != email), None))


def _again(
    first: tuple[int, list[str] | None], others: Iterator[tuple[int, list[str] | None]]
) -> Iterator[tuple[int, list[str] | None]]:
    yield first
    yield from others
