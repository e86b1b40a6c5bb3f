"""What Salesforce takes: the fields of Task and Event that can be written, and the queries it understands.

Source: Salesforce's "Object Reference" (Task, Event: types, lengths, which are needed) and its "SOQL and SOSL
Reference".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

_TEXT = r"(?s)\A.*\Z"
_ID = r"\A[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?\Z"
_TIME = r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)\Z"
FIELDS: Mapping[str, Mapping[str, str]] = {
    "Task": {
        "WhoId": _ID,
        "Subject": r"(?s)\A.{1,255}\Z",
        "Description": r"(?s)\A.{0,32000}\Z",
        "Status": r"\A(?:Not Started|In Progress|Completed|Waiting on someone else|Deferred)\Z",
        "Priority": r"\A(?:High|Normal|Low)\Z",
        "ActivityDate": r"\A\d{4}-\d\d-\d\d\Z",
    },
    "Event": {
        "WhoId": _ID,
        "Subject": r"(?s)\A.{1,255}\Z",
        "Description": r"(?s)\A.{0,32000}\Z",
        "StartDateTime": _TIME,
        "EndDateTime": _TIME,
        "ShowAs": r"\A(?:Busy|OutOfOffice|Free)\Z",
        "Location": _TEXT,
    },
}
NEEDED = {"Task": ("Status",), "Event": ("StartDateTime", "EndDateTime")}

_LITERAL = r"(?:'(?:[^'\\]|\\.)*'|true|false|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"
_CONDITION = rf"(\w+) = ({_LITERAL})"
_QUERY = re.compile(
    rf"\ASELECT (\w+(?:, \w+)*) FROM (\w+) WHERE ({_CONDITION}(?: AND {_CONDITION})*)"
    r" ORDER BY CreatedDate(?: DESC)? LIMIT (\d+)\Z",
    re.DOTALL,
)
_UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class Query(Struct):
    """A query that was understood; values as they were meant."""

    columns: list[str]
    kind: str
    conditions: dict[str, str]
    limit: int


def understood(soql: str) -> Query | None:
    """None for what is malformed, as a quote that ends a value too soon makes it."""
    match = _QUERY.match(soql)
    if match is None:
        return None
    conditions = {name: _meant(literal) for name, literal in re.findall(_CONDITION, match[3])}
    return Query(match[1].split(", "), match[2], conditions, int(match[match.lastindex or 0]))


def flaws_of(kind: str, given: Any, creating: bool) -> Iterator[tuple[str, str]]:
    """Code and field of what Salesforce would object to."""
    for name, value in given.items():
        if name not in FIELDS[kind]:
            yield "INVALID_FIELD", name
        elif not isinstance(value, str) or not re.match(FIELDS[kind][name], value):
            yield "JSON_PARSER_ERROR", name
    for name in NEEDED[kind]:
        if creating and name not in given:
            yield "REQUIRED_FIELD_MISSING", name


def _meant(literal: str) -> str:
    if not literal.startswith("'"):
        return literal
    return re.sub(r"(?s)\\(.)", lambda escape: _UNESCAPED.get(escape[1], escape[1]), literal[1:-1])
