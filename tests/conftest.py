"""Fixtures for every test that needs real pieces."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack

import pytest

from tests.stack import Server, Stack, server

NewStack = Callable[..., Awaitable[Stack]]


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[Server]:
    """The PostgreSQL that all stacks of this run share."""
    async with server() as running:
        yield running


@pytest.fixture(scope="session")
async def stack(postgres: Server) -> AsyncIterator[Stack]:
    """The stack for tests that leave every piece alive; they share it, so each makes what it needs."""
    async with postgres.stack() as running:
        yield running


@pytest.fixture
async def new_stack(postgres: Server) -> AsyncIterator[NewStack]:
    """Makes stacks that one test owns and may break: `await new_stack(booking={"FAULTS": …})`."""
    async with AsyncExitStack() as owned:

        async def make(**environment: Mapping[str, str]) -> Stack:
            return await owned.enter_async_context(postgres.stack(**environment))

        yield make
