"""Clients of the shared stack, and the order in which tests of this folder run."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from tests.stack import Server, Stack
from tests.system import client
from tests.system.client import Client
from tests.system.ledger import Ledger

NewApp = Callable[[], Awaitable[Client]]


@pytest.fixture(scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """One session for all requests; nothing is compressed, kept or followed."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture(scope="session")
def visitor(http: aiohttp.ClientSession, stack: Stack) -> Client:
    """Somebody with nothing but a link."""
    return client.visitor(http, stack.gateway)


@pytest.fixture(scope="session")
def app(http: aiohttp.ClientSession, stack: Stack) -> Client:
    """A program of the app that most tests share; each makes what it needs."""
    return client.program(http, stack.gateway, stack.api_key)


@pytest.fixture(scope="session")
def new_app(http: aiohttp.ClientSession, stack: Stack) -> NewApp:
    """Makes an app that nothing else has touched."""

    async def make() -> Client:
        return client.program(http, stack.gateway, await stack.create_app("Another"))

    return make


@pytest.fixture(scope="session")
async def other_app(new_app: NewApp) -> Client:
    """A program of another tenant."""
    return await new_app()


@pytest.fixture(scope="session")
async def ledger(stack: Stack) -> AsyncIterator[Ledger]:
    """Tells whether anything in any database has changed."""
    async with Ledger.over(stack.dsn) as opened:
        yield opened


@pytest.fixture(scope="package")
async def watchful(postgres: Server) -> AsyncIterator[Stack]:
    """A stack that limits its clients, believes a proxy and logs everything; tests may stop its pieces."""
    loud = {"LOG_LEVEL": "debug"}
    gateway = {**loud, "RATE_LIMITS": "on", "TRUSTED_PROXIES": "127.0.0.1"}
    async with postgres.stack(tokens=loud, booking=loud, actions=loud, gateway=gateway) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What looks for secrets in the logs comes when every other test has left its traces there."""
    items.sort(key=lambda item: "after_all_other_tests" in item.name)
