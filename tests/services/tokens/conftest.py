"""The tokens service in this process, over a database of its own."""

from collections.abc import AsyncIterator

import pytest

from services.tokens.links import Links
from shared.capability import Keyring
from shared.postgres import Database
from tests.shared.settings import KEY
from tests.stack import Server


@pytest.fixture(scope="package")
async def database(postgres: Server) -> AsyncIterator[Database]:
    await postgres.cluster.provide("tokens", "tokens_alone", "tokens_template")
    opened = Database(postgres.cluster.dsn("tokens", "tokens_alone"), 5, 100)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def links(database: Database) -> Links:
    return Links(database, Keyring("single-use-link", f"1:{KEY}"))
