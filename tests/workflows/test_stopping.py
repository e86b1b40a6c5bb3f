"""A workflows process that is told to stop ends, whatever it is in the middle of."""

import asyncio
from signal import SIGTERM

import aiohttp

from tests.conftest import NewStack
from tests.services.workflows.mail_server import rude
from tests.system.client import program
from tests.system.making import a_booking_link, an_email
from tests.workflows.making import a_workflow


async def test_it_ends_while_a_mail_server_keeps_it_waiting(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    called = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()

    async with rude(silent) as port:
        stack = await new_stack(workflows={"SMTP_PORT": str(port)})
        app = program(http, stack.gateway, stack.api_key)
        page = await a_booking_link(app)
        workflow = await a_workflow(app, "deal_stage_changed", booking_link_id=page["id"])
        order = {"contact": {"name": "Amara", "email": an_email()}, "booking_link_id": page["id"]}
        assert (await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).status == 201
        async with asyncio.timeout(20):
            await called.wait()
        stack.signal("workflows", SIGTERM)
        assert await stack.ended("workflows", within=20) in (0, -SIGTERM)
