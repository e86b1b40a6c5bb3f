"""Makes sign-in links as the command line does, without a process for each."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg

from services.actions.api import apps, sign_ins
from services.actions.app import office
from services.actions.office import Office
from services.actions.settings import Settings
from shared.environment import load
from tests.stack import Stack


class Doorman:
    def __init__(self, own: Office, app_id: UUID, actions: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._office = own
        self.app_id = app_id
        self.actions = actions
        """The database of actions, for what only time would bring about."""

    async def path(self, email: str = "dana@example.com", app_id: UUID | None = None) -> str:
        """Where a new link leads: for Dana Reyes, unless another email is told."""
        lasting = timedelta(minutes=15)
        app_id = app_id or self.app_id
        return (await sign_ins.make_sign_in(self._office, app_id, email, "Dana Reyes", lasting)).path

    async def new_app(self, name: str = "Another") -> UUID:
        return (await apps.create_app(self._office, name)).app_id


@asynccontextmanager
async def doorman(stack: Stack) -> AsyncIterator[Doorman]:
    """One for the stack, with an app of its own."""
    own = office(load(Settings, stack.environment("actions")))
    await own.database.open()
    actions = await asyncpg.connect(stack.dsn["actions"])
    try:
        yield Doorman(own, (await apps.create_app(own, "Demo & Söhne")).app_id, actions)
    finally:
        await actions.close()
        await own.close()
