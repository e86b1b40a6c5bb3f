"""Stacks that these tests may hurt; `stack`, which other folders share, stays whole."""

from collections.abc import AsyncIterator
from signal import SIGCONT

import pytest

from tests.faults.office import Office, office
from tests.stack import Server, Stack

pytest.register_assert_rewrite("tests.faults.records")


@pytest.fixture(scope="session")
async def fragile(postgres: Server) -> AsyncIterator[Stack]:
    """Its pieces are killed, but its databases never lie: each test ends with all pieces up again."""
    async with postgres.stack() as running:
        yield running


@pytest.fixture(scope="session")
async def lawless(postgres: Server) -> AsyncIterator[Stack]:
    """Its databases may be made to lie: claims without bookings, guards away."""
    async with postgres.stack() as running:
        yield running


@pytest.fixture
async def whole(stack: Stack) -> AsyncIterator[Office]:
    """An office on the stack where nothing is broken."""
    async with office(stack) as fresh:
        yield fresh


@pytest.fixture
async def shaken(fragile: Stack) -> AsyncIterator[Office]:
    """An office where pieces die; they are up and without faults again for the next test."""
    async with office(fragile) as fresh:
        yield fresh
    for name in ("tokens", "booking", "actions"):
        fragile.signal(name, SIGCONT)
        if not fragile.running(name) or "FAULTS" in fragile.environment(name):
            await fragile.restart(name, FAULTS=None)


@pytest.fixture
async def forged(lawless: Stack) -> AsyncIterator[Office]:
    """An office where the test itself writes what no service would."""
    async with office(lawless) as fresh:
        yield fresh
