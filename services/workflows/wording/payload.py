"""JSON payloads whose texts are templates."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import reduce
from typing import Any

import msgspec

from services.workflows.wording import template
from services.workflows.wording.spoken import instant
from services.workflows.wording.syntax import MOST_CHARACTERS, Problem
from services.workflows.wording.template import LONGEST_OUTPUT
from services.workflows.wording.variables import variable

MOST_VALUES = 500
DEEPEST = 8
_ALONE = re.compile(r"\{\{\s*([^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*\}\}")


def check(payload: object) -> list[tuple[str, Problem]]:
    """What is wrong with a payload, and where in it (`order.items[2]`); nothing when it can be sent."""
    found, size = [], 0
    for count, (where, value, depth) in enumerate(_walk(payload)):
        size += len(value) if isinstance(value, str) else 0
        if depth > DEEPEST or count > MOST_VALUES or size > MOST_CHARACTERS:
            limit = f"{DEEPEST} levels, {MOST_VALUES} values and {MOST_CHARACTERS} characters"
            return [(where, Problem(1, f"is larger than a payload may be: {limit}"))]
        if isinstance(value, str):
            found += [(where, problem) for problem in template.check(value, "json")]
    return found


def variables(payload: object) -> frozenset[str]:
    """The paths that a payload without problems names."""
    texts = (value for _, value, _ in _walk(payload) if isinstance(value, str))
    return frozenset().union(*(template.prepare(text, "json").variables for text in texts))


def render(payload: object, values: Mapping[str, Any]) -> Any:
    """The payload with these values. A text that is one variable alone becomes its value, of its type.

    Values that no longer fit into 100,000 characters are null.
    """
    return _filled(payload, values, _Room(LONGEST_OUTPUT))


class _Room:
    """How many characters of JSON may still be written."""

    def __init__(self, left: int) -> None:
        self.left = left

    def take(self, value: object) -> Any:
        size = len(msgspec.json.encode(value))
        if size > self.left:
            return None
        self.left -= size
        return value


def _walk(value: object, where: str = "", depth: int = 0) -> Iterator[tuple[str, object, int]]:
    """Every value with its place and depth, outer ones first."""
    yield where, value, depth
    if isinstance(value, Mapping):
        for key, member in value.items():
            yield from _walk(member, f"{where}.{key}" if where else str(key), depth + 1)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _walk(member, f"{where}[{index}]", depth + 1)


def _filled(value: object, values: Mapping[str, Any], room: _Room) -> Any:
    if isinstance(value, Mapping):
        return {key: _filled(member, values, room) for key, member in value.items()}
    if isinstance(value, list):
        return [_filled(member, values, room) for member in value]
    if not isinstance(value, str):
        return value
    alone = _ALONE.fullmatch(value)
    if alone and variable(alone[1]):
        return room.take(_own(reduce(_part, alone[1].split("."), values)))
    return room.take(template.prepare(value, "json").render(values))


def _part(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _own(value: Any) -> Any:
    return instant(value) if isinstance(value, datetime) else value
