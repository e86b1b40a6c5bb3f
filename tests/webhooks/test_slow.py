"""A receiver that does not answer holds up nobody else."""

import asyncio

from aiohttp import web

from tests.eventually import eventually
from tests.webhooks.conftest import NewOffice
from tests.webhooks.receiver import receiving

MANY = 30
"""More than are ever under way at once."""


async def test_others_are_told_while_one_receiver_keeps_silent(new_office: NewOffice) -> None:
    released = asyncio.Event()

    async def silence(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response()

    silent, other = await new_office(), await new_office()
    async with receiving() as slow, receiving() as quick:
        slow.answers.extend([silence] * MANY)
        await silent.webhook(slow)
        await other.webhook(quick)
        for _ in range(MANY):
            await silent.tell()
        try:
            await eventually(lambda: len(slow.received) == 4)
            for _ in range(MANY):
                await other.tell()
            await eventually(lambda: len(quick.received) == MANY)
            assert len(slow.received) == 4
        finally:
            released.set()
        await eventually(lambda: len(slow.received) == MANY)
