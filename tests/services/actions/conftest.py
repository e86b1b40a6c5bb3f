"""The actions service in this process, over a database of its own."""

from collections.abc import AsyncIterator

import pytest

from services.actions.office import Office
from shared.call import Peers
from shared.capability import Keyring
from shared.identity import Identity
from shared.postgres import Database
from tests.shared.settings import KEY, NOWHERE, SERVICE_KEY
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
    return an_office(database, f"1:{KEY}")


def an_office(database: Database, keyring: str) -> Office:
    """One with these keys for API keys and sessions; nothing answers where booking should be."""
    peers = Peers(Identity("actions", SERVICE_KEY), {"booking": NOWHERE})
    return Office(
        database,
        peers,
        Keyring("api-key", keyring),
        Keyring("action-link", f"1:{KEY}"),
        Keyring("sign-in", keyring),
        Keyring("session", keyring),
        Keyring("csrf", keyring),
    )
