"""`python -m services.actions serve`, `… migrate` and `… create-app --name NAME`."""

import argparse
import asyncio

import msgspec

from services.actions import api
from services.actions.api import CreatedApp
from services.actions.app import MIGRATIONS, PIECE, build, office
from services.actions.settings import Settings
from shared.command import main, migrate
from shared.environment import load_or_exit


def create_app(arguments: list[str]) -> None:
    """Print the new app's id and its first API key as one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m services.actions create-app")
    parser.add_argument("--name", required=True)
    created = asyncio.run(_create(load_or_exit(Settings), parser.parse_args(arguments).name))
    print(msgspec.json.encode(created).decode())


async def _create(settings: Settings, name: str) -> CreatedApp:
    own = office(settings)
    await own.database.open()
    try:
        return await api.create_app(own, name)
    finally:
        await own.database.close()


if __name__ == "__main__":
    main(PIECE, Settings, build, {"migrate": lambda _: migrate(MIGRATIONS), "create-app": create_app})
