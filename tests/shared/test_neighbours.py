"""Two neighbouring versions talk: an old reader takes a new struct, and a new reader an old one."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import NODEFAULT, Struct

from tests.shared.examples import example
from tests.shared.inventory import structs

RECORDED: dict[str, list[str]] = json.loads((Path(__file__).parent / "required_fields.json").read_text())
STRUCTS = structs()
each = pytest.mark.parametrize("kind", STRUCTS.values(), ids=STRUCTS)


def required(kind: type[Struct]) -> list[str]:
    """The fields without which the struct cannot be read."""
    return [
        field.encode_name
        for field in msgspec.structs.fields(kind)
        if field.default is NODEFAULT and field.default_factory is NODEFAULT
    ]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in it, itself included."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


def _read(kind: type[Struct], sent: dict[str, Any]) -> Struct:
    return msgspec.json.decode(json.dumps(sent), type=kind)


@each
def test_an_old_reader_takes_what_a_newer_writer_adds(kind: type[Struct]) -> None:
    plain = example(kind)
    for place in range(len(list(_objects(plain)))):
        newer = copy.deepcopy(plain)
        target = list(_objects(newer))[place]
        if _is_mapping(plain, place, kind):
            continue
        target["added_by_a_newer_version"] = {"anything": ["at", "all"]}
        assert _read(kind, newer) == _read(kind, plain)


def _is_mapping(plain: dict[str, Any], place: int, kind: type[Struct]) -> bool:
    """Whether that object's names are data (answers by question, hours by weekday) and not fields."""
    read = list(_objects_of(_read(kind, plain)))
    return isinstance(read[place], dict)


def _objects_of(value: object) -> Iterator[object]:
    """The same objects as `_objects` finds, in the same order, but as they were read."""
    if isinstance(value, Struct):
        yield value
        for field in msgspec.structs.fields(value):
            yield from _objects_of(getattr(value, field.name))
    elif isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _objects_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _objects_of(inner)


@each
def test_a_new_reader_takes_what_an_older_writer_leaves_out(kind: type[Struct]) -> None:
    only_required = {name: value for name, value in example(kind).items() if name in required(kind)}
    read = _read(kind, only_required)
    assert {name for name in only_required if not hasattr(read, _attribute(kind, name))} == set()
    for name in required(kind):
        with pytest.raises(msgspec.ValidationError):
            _read(kind, {key: value for key, value in only_required.items() if key != name})


def _attribute(kind: type[Struct], encoded: str) -> str:
    return next(field.name for field in msgspec.structs.fields(kind) if field.encode_name == encoded)


@each
def test_no_field_has_become_required_and_none_that_was_is_gone(kind: type[Struct]) -> None:
    name = next(name for name, known in STRUCTS.items() if known is kind)
    assert name in RECORDED, "a new struct: run `python -m tests.shared.record_required_fields`"
    assert required(kind) == RECORDED[name], "fields are only added, and with a default"


def test_nothing_is_recorded_that_is_not_there() -> None:
    assert RECORDED.keys() <= STRUCTS.keys(), "run `python -m tests.shared.record_required_fields`"
