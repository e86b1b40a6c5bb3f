"""`python -m services.actions serve`, `… migrate`, `… create-app` and `… create-sign-in`."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from services.actions.settings import Settings
from services.actions.sign_ins import LINK_MINUTES
from shared.command import main, migrate, serve
from shared.contracts.values import Email, Name
from shared.environment import load_or_exit, refuse
from shared.errors import Refusal

if TYPE_CHECKING:
    from services.actions.office import Office

MIGRATIONS = Path(__file__).parent / "migrations"
Minutes = Annotated[int, Meta(ge=1, le=60 * 24 * 30)]
NOT_DONE = {"not_found": "there is no such app, or it has no host yet: give --email and --name"}


def start(_: list[str]) -> None:
    """Serve until told to stop."""
    serve("actions", Settings, "services.actions.app")


def create_app(arguments: list[str]) -> None:
    """Print the new app's id and its first API key as one line of JSON."""
    from services.actions.api import apps

    parser = argparse.ArgumentParser(prog="python -m services.actions create-app")
    parser.add_argument("--name", required=True)
    name = parser.parse_args(arguments).name
    _print(lambda own: apps.create_app(own, name))


def create_sign_in(arguments: list[str]) -> None:
    """Print the path of a new sign-in link, for whom it is and until when, as one line of JSON."""
    from services.actions.api import sign_ins

    parser = argparse.ArgumentParser(prog="python -m services.actions create-sign-in")
    parser.add_argument("--app", required=True, type=UUID, help="the app's id, as create-app printed it")
    parser.add_argument("--email", type=_value(Email), help="of the host; the app's first one if left out")
    parser.add_argument("--name", type=_value(Name), help="of a host who is new; the email if left out")
    parser.add_argument("--minutes", type=_value(Minutes), default=LINK_MINUTES, help="that the link works")
    told = parser.parse_args(arguments)
    lifetime = timedelta(minutes=told.minutes)
    _print(lambda own: sign_ins.make_sign_in(own, told.app, told.email, told.name, lifetime))


def _print(ask: Callable[["Office"], Awaitable[msgspec.Struct]]) -> None:
    """One line of JSON for a program to read; what cannot be done ends the process with 2."""
    from services.actions.app import office

    async def answer() -> msgspec.Struct:
        own = office(load_or_exit(Settings))
        await own.database.open()
        try:
            return await ask(own)
        finally:
            await own.close()

    try:
        print(msgspec.json.encode(asyncio.run(answer())).decode())
    except Refusal as refusal:
        refuse(refusal.detail or NOT_DONE.get(refusal.code, refusal.code))


def _value(kind: Any) -> Callable[[str], Any]:
    """What reads an argument of this type, or says what is wrong with it."""

    def read(text: str) -> Any:
        try:
            return msgspec.convert(text, kind, strict=False)
        except msgspec.ValidationError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read


if __name__ == "__main__":
    main(
        {
            "serve": start,
            "migrate": lambda _: migrate(MIGRATIONS),
            "create-app": create_app,
            "create-sign-in": create_sign_in,
        }
    )
