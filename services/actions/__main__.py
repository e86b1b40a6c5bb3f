"""`python -m services.actions serve`, `… migrate` and `… create-app --name NAME`."""

import argparse
import asyncio
from pathlib import Path

import msgspec

from services.actions.settings import Settings
from shared.command import main, migrate, serve
from shared.environment import load_or_exit

MIGRATIONS = Path(__file__).parent / "migrations"


def start(_: list[str]) -> None:
    """Serve until told to stop."""
    serve("actions", Settings, "services.actions.app")


def create_app(arguments: list[str]) -> None:
    """Print the new app's id and its first API key as one line of JSON."""
    from services.actions.api import apps
    from services.actions.app import office

    parser = argparse.ArgumentParser(prog="python -m services.actions create-app")
    parser.add_argument("--name", required=True)
    name = parser.parse_args(arguments).name

    async def create() -> apps.CreatedApp:
        own = office(load_or_exit(Settings))
        await own.database.open()
        try:
            return await apps.create_app(own, name)
        finally:
            await own.close()

    print(msgspec.json.encode(asyncio.run(create())).decode())


if __name__ == "__main__":
    main({"serve": start, "migrate": lambda _: migrate(MIGRATIONS), "create-app": create_app})
