"""Calls of store functions, with arguments as they come in life; Python tells which functions there are."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

from deploy.topology import PIECES
from shared.feed import START, Place

FEW = 3_000
"""Rows that a scan may look at for a page of 50 or a batch of 1,000."""


class Call(NamedTuple):
    """One function of a store with everything but the connection, and the rows a scan may look at."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    most: int


class Calls(list[Call]):
    def add(self, function: Callable[..., Any], *arguments: Any, most: int = FEW) -> None:
        self.append(Call(function, arguments, max(most, FEW)))


async def events_of(conn: Any, made: Calls, store: ModuleType) -> None:
    """A feed from its beginning, from its middle and from its end; and what is too old to be kept."""
    of = "select transaction, sequence, id from events order by transaction, sequence"
    middle, last = (
        await conn.fetchrow(f"{of} offset 9000 limit 1"),
        await conn.fetchrow(
            "select transaction, sequence, id from events order by transaction desc, sequence desc limit 1"
        ),
    )
    for place in (START, Place(*middle), Place(*last)):
        made.add(store.list_from, place, 1001)
    made.add(store.forget, 1000)


def store_functions(piece: str) -> dict[str, Callable[..., Any]]:
    """Every function of a piece's store that takes a connection, by its full name."""
    return {
        f"{module.__name__}.{name}": function
        for module in _modules(f"services.{piece}.store")
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction)
        if function.__module__ == module.__name__ and "conn" in inspect.signature(function).parameters
    }


def statements(piece: str) -> dict[str, str]:
    """Every whole SQL statement that a store names, by its full name."""
    return {
        f"{module.__name__}.{name}": text
        for module in _modules(f"services.{piece}.store")
        for name, text in vars(module).items()
        if isinstance(text, str)
        and text.strip().startswith(("select ", "insert ", "update ", "delete ", "with "))
    }


def with_database() -> list[str]:
    """The pieces that have a store."""
    return [piece.name for piece in PIECES if piece.has_database]


def _modules(name: str) -> list[Any]:
    module = importlib.import_module(name)
    folder = getattr(module, "__path__", ())
    return [
        module,
        *(importlib.import_module(f"{name}.{found.name}") for found in pkgutil.iter_modules(folder)),
    ]
