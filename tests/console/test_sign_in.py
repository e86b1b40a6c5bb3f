"""A sign-in link asks when it is opened, and its button signs in, once."""

import asyncio
import re
from urllib.parse import quote

import aiohttp
import pytest

from shared.capability import Keyring
from shared.ids import new_id
from tests.conftest import NewStack
from tests.console.conftest import NewHost
from tests.console.doorman import Doorman, doorman
from tests.console.host import HOME, Browsing
from tests.stack import Stack


async def test_a_link_asks_as_often_as_it_is_opened_and_then_signs_in(
    door: Doorman, somebody: Browsing
) -> None:
    path = await door.path()
    for method in ("GET", "HEAD", "GET"):
        asked = await somebody.ask(method, path)
        assert (asked.status, somebody.cookies) == (200, {})
    assert "Sign in as Dana Reyes?" in asked.text
    assert "dana@example.com, for Demo &amp; Söhne." in asked.text
    assert (await somebody.post(path)).goes_to == HOME
    page = await somebody.get(HOME)
    assert page.status == 200
    for known in ("Dana Reyes", "dana@example.com", "Demo &amp; Söhne"):
        assert known in page.text


async def test_of_two_who_press_the_button_at_once_exactly_one_is_signed_in(
    door: Doorman, http: aiohttp.ClientSession, stack: Stack
) -> None:
    for _ in range(5):
        path = await door.path()
        both = [Browsing(http, stack.gateway) for _ in range(2)]
        pages = await asyncio.gather(*(one.post(path) for one in both))
        assert sorted(page.status for page in pages) == [303, 410]
        assert sorted([await one.is_signed_in() for one in both]) == [False, True]


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_spent_or_expired_link_says_so_and_how_to_get_another(
    door: Doorman, somebody: Browsing, method: str
) -> None:
    spent, late = await door.path(), await door.path("late@example.com")
    await somebody.post(spent)
    await door.actions.execute(
        "update sign_in_codes set expires_at = now() where user_id in"
        " (select id from users where email = 'late@example.com')"
    )
    somebody.cookies.clear()
    for path, code, words in ((spent, "link_consumed", "has been used"), (late, "link_expired", "expired")):
        page = await somebody.ask(method, path)
        assert (page.status, page.code, somebody.cookies) == (410, code, {})
        assert words in page.text
        assert "Ask whoever runs Bookonce for you for a new one." in page.text
        document = await somebody.ask(method, path, headers={"Accept": "application/json"})
        assert document.headers["Content-Type"] == "application/problem+json"
        assert f'"code":"{code}"' in document.text


async def test_a_forged_or_altered_link_is_unknown_and_a_forged_session_nobodys(
    door: Doorman, somebody: Browsing, new_host: NewHost, stack: Stack
) -> None:
    path = await door.path()
    session = (await new_host()).cookies["bookonce"]
    keyring = Keyring("session", stack.environment("actions")["SIGN_IN_KEYRING"])
    other = keyring.token(new_id(), keyring.newest)
    altered = path[:-5] + ("A" if path[-5] != "A" else "B") + path[-4:]
    for wrong in (f"/sign-in/{session}", altered, path[:-1], "/sign-in/nope", f"/sign-in/{other}"):
        for method in ("GET", "POST"):
            page = await somebody.ask(method, wrong)
            assert (page.status, page.code) == (404, "link_unknown")
    link = path.rpartition("/")[2]
    for forged in (link, other, session[:-5] + "AAAAA", session[:-1], f"{session}A", '""', "é"):
        somebody.cookies["bookonce"] = forged
        assert not await somebody.is_signed_in()
    assert (await somebody.post(path)).status == 303


async def test_the_cookie_is_no_scripts_and_of_this_site_alone(door: Doorman, somebody: Browsing) -> None:
    cookie = (await somebody.post(await door.path())).cookie("bookonce")
    flags = {flag.strip().lower() for flag in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    [seconds] = [int(flag.removeprefix("max-age=")) for flag in flags if flag.startswith("max-age=")]
    assert 13 * 86400 < seconds <= 14 * 86400
    assert not [flag for flag in flags if flag.startswith("domain")]


async def test_with_https_outside_the_cookie_is_secure_and_bound_to_its_host(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    stack = await new_stack(gateway={"PUBLIC_URL": "https://bookonce.example"})
    host = Browsing(http, stack.gateway)
    async with doorman(stack) as door:
        page = await host.post(await door.path(), headers={"Origin": "https://bookonce.example"})
    assert re.search("; secure", page.cookie("__Host-bookonce"), re.IGNORECASE)
    assert "; Path=/" in page.cookie("__Host-bookonce")
    assert await host.is_signed_in()
    host.cookies = {"bookonce": host.cookies["__Host-bookonce"]}
    assert not await host.is_signed_in()


async def test_a_session_that_was_known_before_is_never_adopted(
    door: Doorman, somebody: Browsing, new_host: NewHost
) -> None:
    attacker = await new_host(email="mallory@example.com")
    planted = attacker.cookies["bookonce"]
    somebody.cookies["bookonce"] = planted
    await somebody.post(await door.path())
    assert somebody.cookies["bookonce"] != planted
    assert "dana@example.com" in (await somebody.get(HOME)).text
    somebody.cookies["bookonce"] = planted
    page = await somebody.get(HOME)
    assert "dana@example.com" not in page.text


async def test_another_site_cannot_sign_anybody_in(door: Doorman, somebody: Browsing) -> None:
    path = await door.path()
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        page = await somebody.post(path, headers=headers)
        assert (page.status, somebody.cookies) == (403, {})
    assert (await somebody.post(path, headers={"Sec-Fetch-Site": "same-origin"})).status == 303


async def test_whoever_must_sign_in_first_comes_back_to_the_page(door: Doorman, somebody: Browsing) -> None:
    sent = await somebody.get(f"{HOME}?status=expired&q=a%20b")
    assert sent.goes_to == "/sign-in?next=%2Fcalendar%2Fsingle-use%3Fstatus%3Dexpired%26q%3Da%2520b"
    assert (await somebody.get(sent.goes_to)).status == 200
    assert (await somebody.post(await door.path())).goes_to == f"{HOME}?status=expired&q=a%20b"
    assert (await somebody.get(sent.goes_to)).goes_to == f"{HOME}?status=expired&q=a%20b"
    assert (await somebody.post(await door.path())).goes_to == HOME


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/calendar/", "//evil.example/calendar/", "/\\evil.example", "/sign-out",
        "/calendar/../sign-out", "/calendar/\r\nSet-Cookie:a=b", "javascript:alert(1)", "/calendar/\\..",
        "/calendar/x y", "/calendarx", "/calendar/é", "/calendar/" + "x" * 1000,
    ],
)  # fmt: skip
async def test_signing_in_leads_to_the_console_and_nowhere_else(
    door: Doorman, somebody: Browsing, elsewhere: str
) -> None:
    assert (await somebody.get(f"/sign-in?next={quote(elsewhere, safe='')}")).status == 200
    assert (await somebody.post(await door.path())).goes_to == HOME
    assert (await somebody.get(f"/sign-in?next={quote(elsewhere, safe='')}")).goes_to == HOME
    somebody.cookies = {"bookonce-next": quote(elsewhere, safe="")}
    assert (await somebody.post(await door.path())).goes_to == HOME


async def test_every_page_of_signing_in_is_private(door: Doorman, somebody: Browsing) -> None:
    path = await door.path()
    for page in (await somebody.get("/sign-in"), await somebody.get(path), await somebody.get("/sign-in/x")):
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "strict-origin"
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", page.text)
