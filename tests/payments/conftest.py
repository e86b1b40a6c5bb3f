"""A stack for payments, its till, and the clients of its gateway."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.payments.till import Till
from tests.stack import Server, Stack
from tests.system import client
from tests.system.client import Client


@pytest.fixture(scope="package")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture(scope="package")
async def paying(postgres: Server) -> AsyncIterator[Stack]:
    """Pieces may be killed here; each test ends with all up again and the switches as they were."""
    async with postgres.stack() as running:
        yield running


@pytest.fixture
async def till(paying: Stack, http: aiohttp.ClientSession) -> AsyncIterator[Till]:
    """The sandbox's counter; whatever a test did, in the end the money must have come to rest."""
    counter = Till(paying, http)
    yield counter
    for name in ("tokens", "booking", "sandbox_payments"):
        if not paying.running(name) or "FAULTS" in paying.environment(name):
            await paying.restart(name, FAULTS=None)
    await counter.switch(**AS_THEY_WERE)
    await counter.settled()


AS_THEY_WERE = {
    "drop": False,
    "duplicate": 1,
    "delay_ms": 0,
    "reorder": False,
    "away": False,
    "fail_captures": 0,
    "refuse_captures": 0,
    "authorisation_seconds": 7 * 86400,
    "pay_amount": None,
    "pay_currency": None,
}


@pytest.fixture(scope="package")
def app(http: aiohttp.ClientSession, paying: Stack) -> Client:
    return client.program(http, paying.gateway, paying.api_key)


@pytest.fixture(scope="package")
def visitor(http: aiohttp.ClientSession, paying: Stack) -> Client:
    return client.visitor(http, paying.gateway)
