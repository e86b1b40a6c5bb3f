"""A stack whose mail goes to a clerk of the test's, and the clients of its gateway."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.services.workflows.mail_server import Clerk, receiving
from tests.stack import Server, Stack
from tests.system import client
from tests.system.client import Client
from tests.workflows.post import Post


@pytest.fixture(scope="package")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture(scope="package")
async def clerk() -> AsyncIterator[Clerk]:
    """Takes all mail of this folder's tests."""
    async with receiving({}) as running:
        yield running


@pytest.fixture(scope="package")
async def working(postgres: Server, clerk: Clerk) -> AsyncIterator[Stack]:
    """Pieces may be killed here; each test ends with all up again."""
    async with postgres.stack(workflows={"SMTP_PORT": str(clerk.port)}) as running:
        yield running


@pytest.fixture
async def post(working: Stack, clerk: Clerk) -> AsyncIterator[Post]:
    """The mail of this test; whatever it did, the next one finds a friendly clerk and all pieces up."""
    yield Post(clerk)
    clerk.answers = {}
    for name in ("tokens", "booking", "actions", "workflows"):
        if not working.running(name) or "FAULTS" in working.environment(name):
            await working.restart(name, FAULTS=None)


@pytest.fixture(scope="package")
def app(http: aiohttp.ClientSession, working: Stack) -> Client:
    return client.program(http, working.gateway, working.api_key)


@pytest.fixture
async def other_app(http: aiohttp.ClientSession, working: Stack) -> Client:
    """A program of an app that nothing else has touched."""
    return client.program(http, working.gateway, await working.create_app("Another"))


@pytest.fixture(scope="package")
def visitor(http: aiohttp.ClientSession, working: Stack) -> Client:
    return client.visitor(http, working.gateway)
