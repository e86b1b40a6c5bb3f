"""The command line of a piece: `serve`, `migrate`, and what else it knows."""

import importlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from shared.environment import DatabaseUrl, Listen, LogLevel, Unusable, load_or_exit, refuse


class _Process(Struct, frozen=True):
    listen: Listen
    log_level: LogLevel


class _Migration(Struct, frozen=True):
    database_url: DatabaseUrl


def serve(piece: str, settings: type[Struct], app: str) -> None:
    """Serve what `build(settings)` of the module `app` makes, until told to stop."""
    told = load_or_exit(settings)
    process = _Process(*(getattr(told, name) for name in _Process.__struct_fields__))
    # Imported when it is needed: other commands start in a fraction of the time.
    from shared import telemetry
    from shared.process import run

    telemetry.configure(piece, process.log_level)
    try:
        made = importlib.import_module(app).build(told)
    except (
        ValueError,
        Unusable,
    ) as error:  # What the form of a variable does not show: two keys of one id, no network.
        refuse(str(error))
    run(made, process.listen)


def migrate(folder: Path) -> None:
    """Bring this piece's database up to date and say what was done."""
    url = load_or_exit(_Migration).database_url
    from shared.migrate import migrate as apply

    names = apply(url, folder)
    print("applied: " + ", ".join(names) if names else "nothing to apply")


def main(commands: Mapping[str, Callable[[list[str]], None]]) -> None:
    """Run the command named on the command line, or say which there are and exit with 2."""
    name, *arguments = sys.argv[1:] or [""]
    if name not in commands:
        print(f"usage: {' | '.join(commands)}", file=sys.stderr)
        raise SystemExit(2)
    commands[name](arguments)
