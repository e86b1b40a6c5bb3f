"""A piece that is away: pages say so, and what was typed is kept and done once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import asyncpg
import pytest
from playwright.async_api import expect

from tests.browser.axe import serious
from tests.browser.visitor import Visitor
from tests.conftest import NewStack
from tests.console.conftest import NewTab
from tests.console.doorman import doorman
from tests.console.firm import LIST, Firm, found_firm, listed, said
from tests.console.host import Page
from tests.eventually import eventually
from tests.stack import Stack
from tests.system.making import NOBODY, a_booking_link


async def test_a_form_is_kept_until_the_piece_is_back(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    stack = await new_stack()
    async with doorman(stack) as door:
        firm = await found_firm(http, stack, door)
        page = await a_booking_link(firm.app)
        link = await firm.link(page)
        csrf = (await firm.host.get(LIST)).csrf
        form = [
            ("booking_link_id", page["id"]),
            ("name", "Ada <b>"),
            ("email", "ada@example.com"),
            ("key", "k"),
        ]
        await stack.kill("tokens")
        assert (await firm.host.get(LIST)).status == 503
        kept = await firm.host.post(f"{LIST}/new", [("csrf", csrf), *form])
        assert (kept.status, kept.code) == (503, "unavailable")
        assert [pair for pair in kept.hidden if pair[0] != "csrf"] == form
        again = await firm.host.post(f"{LIST}/new", kept.hidden)
        assert (again.status, again.hidden) == (503, kept.hidden)
        assert (await firm.host.post(f"{LIST}/{link['id']}/revoke", [("csrf", csrf)])).status == 503
        rows = [("text", "name,email\nAda,a@example.com"), ("booking_link_id", page["id"])]
        assert (await firm.host.post(f"{LIST}/bulk/make", [("csrf", csrf), *rows])).code == "unavailable"
        await stack.restart("tokens")
        for _ in range(2):
            assert (await firm.host.post(f"{LIST}/new", again.hidden)).status == 303
        assert len(listed(await firm.host.get(LIST))) == 2
        await stack.kill("actions")

        async def unknown() -> Page | None:
            # Who is signed in is remembered for some seconds.
            shown = await firm.host.post(f"{LIST}/new", again.hidden)
            return shown if shown.status == 503 else None

        unsure = await eventually(unknown)
        assert unsure is not None
        assert unsure.hidden == form
        await stack.restart("actions")
        asked = await firm.host.post(f"{LIST}/new", unsure.hidden)
        assert asked.status == 403
        assert (await firm.host.post(f"{LIST}/new", asked.hidden)).status == 303
        assert len(listed(await firm.host.get(LIST))) == 2
        await stack.kill("workflows")
        shown = await firm.host.get(f"/contacts/{link['contact']['id']}")
        assert "Link made" in said(shown)


async def test_pages_that_cannot_be_shown_say_so_and_lead_on(
    new_stack: NewStack, http: aiohttp.ClientSession, new_tab: NewTab
) -> None:
    stack = await new_stack()
    async with doorman(stack) as door:
        firm = await found_firm(http, stack, door)
        link = await firm.link()
        tab = await new_tab(stack.gateway)
        await tab.open(await firm.sign_in_path())
        await tab.press("Sign in")
        await tab.page.wait_for_url(f"**{LIST}")
        await stack.kill("tokens")
        for path in (f"{LIST}/csv", f"{LIST}/{link['id']}", f"/contacts/{link['contact']['id']}", LIST):
            assert (await tab.open(path)).status == 503
            await tab.sees("This page cannot be shown right now")
            assert await serious(tab.page) == []
        await stack.restart("tokens")
        await tab.page.get_by_role("link", name="Try again").click()
        await expect(tab.page.locator(f"#link-{link['id']}")).to_be_visible()
        await stack.kill("booking")
        for path in (f"{LIST}/new", f"{LIST}/bulk", "/contacts"):
            assert (await tab.open(path)).status == 503
            await tab.sees("This page cannot be shown right now")
            await expect(tab.page.get_by_role("navigation")).to_be_visible()
        await stack.kill("actions")
        # Who is signed in is remembered for some seconds.
        await eventually(lambda: _is_bare(tab))
        await tab.sees("This page cannot be shown right now")
        assert await serious(tab.page) == []


async def _is_bare(tab: Visitor) -> bool:
    await tab.open("/contacts")
    return await tab.page.get_by_role("navigation").count() == 0


@pytest.mark.parametrize("path", [f"{LIST}/bulk/part", f"{LIST}/new"])
async def test_programs_are_answered_as_programs(
    new_stack: NewStack, http: aiohttp.ClientSession, path: str
) -> None:
    stack = await new_stack()
    async with doorman(stack) as door:
        firm = await found_firm(http, stack, door)
        page = await a_booking_link(firm.app)
        csrf = (await firm.host.get(LIST)).csrf
        await stack.kill("tokens")
        person = [("name", "Ada"), ("email", "a@example.com")]
        contacts = ("contacts", '[{"name":"Ada","email":"a@example.com"}]')
        fields = [("csrf", csrf), ("booking_link_id", page["id"]), contacts, *person]
        refused = await firm.host.post(path, fields, {"Accept": "application/json"})
        assert refused.status == 503
        assert refused.headers["Content-Type"] == "application/problem+json"


@asynccontextmanager
async def _locked(dsn: str, table: str) -> AsyncIterator[None]:
    """While the body runs, whoever reads the table waits."""
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            await conn.execute(f"lock table {table} in access exclusive mode")
            yield
    finally:
        await conn.close()


async def test_a_list_is_shown_though_its_pictures_take_too_long(firm: Firm, stack: Stack) -> None:
    link = await firm.link()
    async with _locked(stack.dsn["booking"], "bookings"):
        page = await firm.host.get(LIST)
    assert listed(page) == [link["id"]]
    assert "cannot be drawn right now" in said(page)
    assert "What became of them" in said(await firm.host.get(LIST))


async def test_a_time_line_is_shown_though_its_workflows_are_slow(firm: Firm, stack: Stack) -> None:
    of_a_run = {"workflow_id": NOBODY, "run_id": NOBODY, "channel": "workflow"}
    link = await firm.link(source=of_a_run)
    path = f"/contacts/{link['contact']['id']}"
    async with _locked(stack.dsn["workflows"], "runs"):
        page = await firm.host.get(path)
    assert "Link made by a workflow" in said(page)
    assert "Which links were mailed cannot be told right now." in said(page)
    assert "cannot be told" not in said(await firm.host.get(path))
