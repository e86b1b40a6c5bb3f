"""Everything that crosses the wire between pieces: operations, and the structs they are made of."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from msgspec import Struct

import shared.contracts
from shared import errors
from shared.contracts.operation import Operation


def contracts() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(shared.contracts.__path__):
        yield importlib.import_module(f"shared.contracts.{module.name}")


def operations() -> dict[str, Operation[Any, Any]]:
    """Every operation, as `owner: METHOD path`."""
    found = {}
    for contract in contracts():
        for value in vars(contract).values():
            if isinstance(value, Operation):
                found[f"{value.owner}: {value.method} {value.path}"] = value
    return found


def structs() -> dict[str, type[Struct]]:
    """Every struct, by module and name."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}": value
        for module in (*contracts(), errors)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Struct) and value.__module__ == module.__name__
    }
