"""A session ends where it is told to, at every gateway, and by itself; an app's host sees that app alone."""

import asyncio
from functools import partial

import aiohttp
import pytest

from gateway.console.hosts import REMEMBERED_SECONDS
from tests.console.conftest import NewHost
from tests.console.doorman import Doorman
from tests.console.gateways import beside
from tests.console.host import HOME, Browsing
from tests.eventually import eventually
from tests.stack import Stack


async def _is_sent_away(host: Browsing) -> bool:
    return not await host.is_signed_in()


async def test_signing_out_ends_the_session_and_takes_the_cookie(new_host: NewHost) -> None:
    host, elsewhere = await new_host(), await new_host()
    token = host.cookies["bookonce"]
    gone = await host.post("/sign-out", [("csrf", (await host.get(HOME)).csrf)])
    assert gone.goes_to == "/sign-in?out=1"
    assert "You are signed out." in (await host.get(gone.goes_to)).text
    assert "bookonce" not in host.cookies
    host.cookies["bookonce"] = token
    assert not await host.is_signed_in()
    assert await elsewhere.is_signed_in()
    assert (await host.post("/sign-out")).goes_to == "/sign-in?out=1"


async def test_signed_out_everywhere_is_signed_out_at_every_gateway_within_seconds(
    new_host: NewHost, stack: Stack, http: aiohttp.ClientSession
) -> None:
    here, there = await new_host(email="eve@example.com"), await new_host(email="eve@example.com")
    colleague = await new_host(email="carl@example.com")
    async with beside(stack) as second:
        both = Browsing(http, second, dict(here.cookies))
        third = Browsing(http, second, dict(there.cookies))
        assert await both.is_signed_in()
        assert await third.is_signed_in()
        page = await here.get(HOME)
        assert (await here.post("/sign-out-everywhere", [("csrf", page.csrf)])).status == 303
        assert not await there.is_signed_in()
        for other in (both, third):
            await eventually(partial(_is_sent_away, other), within=REMEMBERED_SECONDS + 1)
    assert await colleague.is_signed_in()


@pytest.mark.parametrize("ended", ["seen_at = now() - interval '12 hours'", "expires_at = now()"])
async def test_a_session_that_was_idle_or_is_old_leads_to_signing_in(
    new_host: NewHost, door: Doorman, ended: str
) -> None:
    host = await new_host(email="idle@example.com")
    assert await host.is_signed_in()
    of_host = "user_id in (select id from users where email = 'idle@example.com')"
    await door.actions.execute(f"update sessions set {ended} where {of_host}")
    await eventually(partial(_is_sent_away, host), within=REMEMBERED_SECONDS + 1)
    assert (await host.get(HOME)).goes_to == "/sign-in"


async def test_a_host_sees_the_own_app_and_nothing_of_another(new_host: NewHost, door: Doorman) -> None:
    other = await door.new_app("Zebra Ltd")
    here, there = await new_host(), await new_host(app_id=other)
    ours, theirs = await asyncio.gather(here.get(HOME), there.get(HOME))
    assert ("Zebra Ltd" in theirs.text, "Söhne" in theirs.text) == (True, False)
    assert ("Zebra Ltd" in ours.text, "Söhne" in ours.text) == (False, True)
    refused = await there.post("/sign-out", [("csrf", ours.csrf)])
    assert refused.status == 403
    assert await there.is_signed_in()


async def test_no_log_of_any_piece_tells_a_link_or_a_session(
    new_host: NewHost, door: Doorman, stack: Stack
) -> None:
    host = await new_host()
    path = await door.path()
    await host.get(path)
    await host.get(f"{path}x")
    page = await host.get(HOME)
    await host.post(path)
    await host.post("/sign-out", [("csrf", page.csrf)])
    for secret in (path.rpartition("/")[2], host.cookies["bookonce"], page.csrf):
        for piece in ("gateway", "actions"):
            assert secret not in stack.log(piece)
