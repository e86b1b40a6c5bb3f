"""The booking service's own desk in the test's process: it signs as that service does, and audits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.booking import app
from services.booking.audit import Finding, audit
from services.booking.desk import Desk
from services.booking.settings import Settings
from shared.environment import load
from tests.stack import Stack


@asynccontextmanager
async def desk(stack: Stack) -> AsyncIterator[Desk]:
    """A desk over the stack's booking database, which may call its tokens service."""
    own = app.desk(load(Settings, stack.environment("booking")), stack.environment("booking"))
    await own.open()
    try:
        yield own
    finally:
        await own.close()


async def findings(stack: Stack) -> list[Finding]:
    """What the auditor has to say about the whole stack."""
    async with desk(stack) as own:
        return await audit(own)
