"""One Chromium for all, a fresh context per visitor."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.desk import Desk, desk_of
from tests.browser.launch import HABITS, chromium
from tests.browser.visitor import Visitor, arrive
from tests.stack import Stack

NewVisitor = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def desk(stack: Stack) -> AsyncIterator[Desk]:
    async with desk_of(stack) as open_desk:
        yield open_desk


@pytest.fixture
async def new_visitor(browser: Browser) -> AsyncIterator[NewVisitor]:
    """Makes visitors: `await new_visitor(stack.gateway, timezone_id=…)`; none may end with complaints."""
    async with AsyncExitStack() as leaving:
        visitors: list[Visitor] = []

        async def make(gateway: str, **habits: Any) -> Visitor:
            context = await browser.new_context(**(HABITS | habits))
            leaving.push_async_callback(context.close)
            visitors.append(await arrive(context, gateway))
            return visitors[-1]

        yield make
        assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture
async def visitor(new_visitor: NewVisitor, stack: Stack) -> Visitor:
    return await new_visitor(stack.gateway)
