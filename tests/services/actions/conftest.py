"""The actions service in this process, over a database of its own."""

from collections.abc import AsyncIterator

import pytest

from services.actions.api import Office
from shared.capability import Keyring
from shared.postgres import Database
from tests.shared.settings import KEY
from tests.stack import Server


@pytest.fixture(scope="package")
async def database(postgres: Server) -> AsyncIterator[Database]:
    await postgres.cluster.provide("actions", "actions_alone", "actions_template")
    opened = Database(postgres.cluster.dsn("actions", "actions_alone"), 5, 100)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database, Keyring("api-key", f"1:{KEY}"))
