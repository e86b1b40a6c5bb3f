"""Hosts of apps of the shared stack, with and without a browser."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser

from tests.browser.launch import HABITS, chromium
from tests.browser.visitor import Visitor, arrive
from tests.console.doorman import Doorman, doorman
from tests.console.firm import Firm, found_firm
from tests.console.host import Browsing
from tests.stack import Stack

NewHost = Callable[..., Awaitable[Browsing]]
NewTab = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """One session for all requests; each host keeps cookies of its own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture(scope="session")
async def door(stack: Stack) -> AsyncIterator[Doorman]:
    """Makes sign-in links for the app of the shared stack and for others."""
    async with doorman(stack) as opened:
        yield opened


@pytest.fixture
def somebody(http: aiohttp.ClientSession, stack: Stack) -> Browsing:
    """Nobody that the console knows."""
    return Browsing(http, stack.gateway)


@pytest.fixture
def new_host(http: aiohttp.ClientSession, stack: Stack, door: Doorman) -> NewHost:
    """Makes hosts who are signed in: `await new_host(email=…, app_id=…)`."""

    async def make(**who: Any) -> Browsing:
        host = Browsing(http, stack.gateway)
        assert (await host.post(await door.path(**who))).status == 303
        return host

    return make


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def new_tab(browser: Browser, stack: Stack) -> AsyncIterator[NewTab]:
    """Opens browsers of their own; none may end with complaints."""
    async with AsyncExitStack() as leaving:
        tabs: list[Visitor] = []

        async def make(gateway: str = stack.gateway, **habits: Any) -> Visitor:
            context = await browser.new_context(**(HABITS | habits))
            leaving.push_async_callback(context.close)
            tabs.append(await arrive(context, gateway))
            return tabs[-1]

        yield make
        assert [complaint for tab in tabs for complaint in tab.complaints] == []


@pytest.fixture
async def firm(http: aiohttp.ClientSession, stack: Stack, door: Doorman) -> Firm:
    """An app that nothing else touches, with its host signed in."""
    return await found_firm(http, stack, door)


@pytest.fixture
async def other_firm(http: aiohttp.ClientSession, stack: Stack, door: Doorman) -> Firm:
    return await found_firm(http, stack, door)
