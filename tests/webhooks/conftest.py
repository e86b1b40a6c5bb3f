"""Clients of the shared stack, receivers of webhooks, and what puts events before them."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from tests.stack import Stack
from tests.system import client
from tests.system.client import Client
from tests.webhooks.office import Office
from tests.webhooks.receiver import Receiver, receiving

NewOffice = Callable[..., Awaitable[Office]]


@pytest.fixture(scope="package")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
def new_office(http: aiohttp.ClientSession, stack: Stack) -> NewOffice:
    """Opens an app that nothing else has touched, on the shared stack unless another is given."""

    async def make(on: Stack = stack) -> Office:
        return await Office.of(on, client.program(http, on.gateway, await on.create_app("Webhooks")))

    return make


@pytest.fixture
async def office(new_office: NewOffice) -> Office:
    return await new_office()


@pytest.fixture
def app(office: Office) -> Client:
    return office.app


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running
