"""The command line of a piece: `serve` and `migrate`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from starlette.types import ASGIApp

from shared import telemetry
from shared.environment import DatabaseUrl, Listen, LogLevel, load_or_exit
from shared.process import run

Settings = TypeVar("Settings", bound=Struct)


class _Process(Struct, frozen=True):
    listen: Listen
    log_level: LogLevel


class _Migration(Struct, frozen=True):
    database_url: DatabaseUrl


def serve(piece: str, settings: Settings, build: Callable[[Settings], ASGIApp]) -> None:
    """Build the piece and serve it until it is told to stop."""
    told = _Process(*(getattr(settings, name) for name in _Process.__struct_fields__))
    telemetry.configure(piece, told.log_level)
    run(build(settings), told.listen)


def migrate(folder: Path) -> None:
    """Bring this piece's database up to date and say what was done."""
    from shared.migrate import migrate as apply

    names = apply(load_or_exit(_Migration).database_url, folder)
    print("applied: " + ", ".join(names) if names else "nothing to apply")


def main(
    piece: str,
    settings: type[Settings],
    build: Callable[[Settings], ASGIApp],
    commands: dict[str, Callable[[list[str]], None]] | None = None,
) -> None:
    """Run the command named on the command line, or say which there are and exit with 2."""
    known: dict[str, Callable[[list[str]], None]] = {
        "serve": lambda _: serve(piece, load_or_exit(settings), build),
        **(commands or {}),
    }
    name, *arguments = sys.argv[1:] or [""]
    if name not in known:
        print(f"usage: {' | '.join(known)}", file=sys.stderr)
        raise SystemExit(2)
    known[name](arguments)
