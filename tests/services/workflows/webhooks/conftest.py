"""Deliveries in this process, over a database of their own, to a real receiver."""

from collections.abc import AsyncIterator

import pytest

from shared.postgres import Database
from tests.services.workflows.webhooks.post import Post
from tests.stack import Server
from tests.webhooks.receiver import Receiver, receiving


@pytest.fixture(scope="package")
async def migrated(postgres: Server) -> AsyncIterator[Database]:
    await postgres.cluster.provide("workflows", "workflows_webhooks", "workflows_template")
    opened = Database(postgres.cluster.dsn("workflows", "workflows_webhooks"), 5, 100)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
async def post(migrated: Database, receiver: Receiver) -> AsyncIterator[Post]:
    """Alone with the database: whoever sends, sends all that is due there."""
    async with migrated.connection() as conn:
        await conn.execute("truncate webhooks cascade")
    made = await Post.to(receiver, migrated)
    yield made
    await made.dispatch.close()
