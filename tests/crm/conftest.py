"""Both CRMs on loopback, each with an app that is connected to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.workflows.crm.bureau import Bureau
from services.workflows.crm.http import Http
from services.workflows.crm.vendor import Vendors
from services.workflows.vault import Vault
from shared.contracts.crm import CrmKind
from shared.postgres import Database
from tests.crm.account import Account, Known
from tests.crm.hubspot import hubspot_serving
from tests.crm.salesforce import salesforce_serving
from tests.shared.settings import KEY, NOWHERE
from tests.stack import Server


@pytest.fixture(scope="session")
async def migrated(postgres: Server) -> AsyncIterator[Database]:
    """A database of the workflows service for all tests here."""
    await postgres.cluster.provide("workflows", "workflows_crm", "workflows_template")
    opened = Database(postgres.cluster.dsn("workflows", "workflows_crm"), 5, 100)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def database(migrated: Database) -> Database:
    """The database without connections: whoever sends, sends for all of them."""
    async with migrated.connection() as conn:
        await conn.execute("delete from crm_connections; delete from creation_keys")
    return migrated


@asynccontextmanager
async def _account(kind: CrmKind, database: Database) -> AsyncIterator[Account]:
    http, known = Http(), Known()
    async with (hubspot_serving if kind == "hubspot" else salesforce_serving)() as (url, server):
        vendors = Vendors(http, url, NOWHERE) if kind == "hubspot" else Vendors(http, NOWHERE, url)
        bureau = Bureau(database, Vault(f"1:{KEY}"), vendors, known.describe, known.announce)
        yield Account(bureau, known, kind, server)
        await http.close()


@pytest.fixture(params=["hubspot", "salesforce"])
async def unconnected(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Account]:
    async with _account(request.param, database) as account:
        yield account


@pytest.fixture
async def account(unconnected: Account) -> Account:
    """Connected, finding contacts by email, without a property for our keys."""
    await unconnected.connect()
    return unconnected


@pytest.fixture
async def hubspot(database: Database) -> AsyncIterator[Account]:
    async with _account("hubspot", database) as account:
        await account.connect()
        yield account


@pytest.fixture
async def salesforce(database: Database) -> AsyncIterator[Account]:
    async with _account("salesforce", database) as account:
        await account.connect()
        yield account
