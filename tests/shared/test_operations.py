"""Operations are kept: each is served by its owner, called by those it lists, repeated where that is safe."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from deploy.topology import PIECES
from shared.contracts import tokens
from shared.contracts.operation import Operation
from shared.environment import load
from shared.serve import Endpoint
from tests.shared.inventory import operations
from tests.shared.settings import COMPLETE

OPERATIONS = operations()
ROOT = Path(__file__).parent.parent.parent
each = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def _endpoints(piece: str) -> dict[Operation[Any, Any], Endpoint]:
    settings = importlib.import_module(f"services.{piece}.settings").Settings
    app = importlib.import_module(f"services.{piece}.app").build(load(settings, COMPLETE))
    routes = [route.app for route in app.routes if isinstance(getattr(route, "app", None), Endpoint)]
    return {endpoint.operation: endpoint for endpoint in routes}


SERVED = {piece.name: _endpoints(piece.name) for piece in PIECES if piece.has_database}


@each
def test_an_operation_is_served_by_its_owner_alone(operation: Operation[Any, Any]) -> None:
    assert [piece for piece, served in SERVED.items() if operation in served] == [operation.owner]


def test_no_two_operations_share_an_address() -> None:
    addresses = [(one.owner, one.method, one.path) for one in OPERATIONS.values()]
    assert sorted(set(addresses)) == sorted(addresses)


@each
def test_an_operation_is_called_by_those_it_lists_and_no_others(operation: Operation[Any, Any]) -> None:
    called_by = CALLERS.get(id(operation), set())
    # Admitting waits for graphs with payment or approval; all else is in use.
    assert called_by == operation.callers or (operation is tokens.admit and not called_by)


@each
def test_what_calls_another_piece_is_never_repeated_by_its_caller(operation: Operation[Any, Any]) -> None:
    handler = SERVED[operation.owner][operation]._handler
    assert isinstance(handler, partial)
    if operation.repeatable:
        assert not _calls_a_peer(handler.func)


def test_the_inspection_sees_a_peer_that_is_called_at_a_distance() -> None:
    reaching = {name for name, one in OPERATIONS.items() if _calls_a_peer(_function(one))}
    assert "booking: POST /internal/pages/{slug}/bookings" in reaching
    assert "tokens: POST /internal/links" not in reaching


@each
def test_what_only_reads_may_be_repeated_unless_it_calls_another_piece(
    operation: Operation[Any, Any],
) -> None:
    streamed = operation.answer.__name__ == "Chunks"
    if operation.method == "GET" and not streamed:
        assert operation.repeatable != _calls_a_peer(_function(operation))


def _function(operation: Operation[Any, Any]) -> FunctionType:
    handler = SERVED[operation.owner][operation]._handler
    assert isinstance(handler, partial)
    assert isinstance(handler.func, FunctionType)
    return handler.func


def _calls_a_peer(function: Any, seen: set[Any] | None = None) -> bool:
    """Whether the function, or any of this piece's functions that it names, speaks of peers."""
    seen = set() if seen is None else seen
    if function in seen:
        return False
    seen.add(function)
    names = set(_names(function.__code__))
    if "peers" in names:
        return True
    return any(_calls_a_peer(other, seen) for other in _named(function, names))


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _named(function: Any, names: set[str]) -> Iterator[FunctionType]:
    """Functions of the services that these names may mean where the function was written."""
    known = function.__globals__
    modules = [known[name] for name in names if isinstance(known.get(name), ModuleType)]
    for name in names:
        for value in (known.get(name), *(vars(module).get(name) for module in modules)):
            if inspect.isfunction(value) and value.__module__.startswith("services."):
                yield value


def _callers() -> dict[int, set[str]]:
    """Which pieces call or stream which operation, read from their source."""
    found: dict[int, set[str]] = {}
    for piece in PIECES:
        folder = ROOT / piece.module.replace(".", "/")
        for file in folder.rglob("*.py"):
            for operation in _called_in(file):
                found.setdefault(id(operation), set()).add(piece.name)
    return found


def _called_in(file: Path) -> Iterator[Operation[Any, Any]]:
    tree = ast.parse(file.read_text())
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="call" | "stream"),
                args=[ast.Attribute(value=ast.Name(id=module), attr=name), *_],
            ):
                parts = file.relative_to(ROOT).with_suffix("").parts
                value = getattr(importlib.import_module(".".join(parts)), module, None)
                operation = getattr(value, name, None)
                if isinstance(operation, Operation):
                    yield operation


CALLERS = _callers()
