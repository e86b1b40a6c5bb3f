"""Nobody but the host's own page sends a form, and a session that ends in its middle loses nothing typed."""

from html import unescape

import pytest

from tests.console.conftest import NewHost
from tests.console.doorman import Doorman
from tests.console.host import HOME, Browsing, Fields

TYPED: Fields = [
    ("note", 'Grüße & "quotes"\r\nsecond line </textarea><script>'),
    ("email", "amara@example.com"),
    ("email", "second@example.com"),
    ("empty", ""),
]


async def _refused(host: Browsing, fields: Fields, headers: dict[str, str] | None = None) -> None:
    page = await host.post("/sign-out-everywhere", fields, headers)
    assert page.status == 403, page.text
    assert await host.is_signed_in()


async def test_a_form_without_its_own_sessions_token_does_nothing(new_host: NewHost) -> None:
    host, other = await new_host(), await new_host()
    csrf = (await host.get(HOME)).csrf
    assert csrf != (await other.get(HOME)).csrf
    for wrong in (
        "",
        "nope",
        (await other.get(HOME)).csrf,
        csrf[:-1],
        f"{csrf}A",
        host.cookies["bookonce"],
        "é",
    ):
        await _refused(host, [("csrf", wrong)])
    await _refused(host, [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_a_form_that_another_site_sends_does_nothing_even_with_the_right_token(
    new_host: NewHost, headers: dict[str, str]
) -> None:
    host = await new_host()
    csrf = (await host.get(HOME)).csrf
    await _refused(host, [("csrf", csrf)], headers)
    page = await host.post("/sign-out", [("csrf", csrf), *TYPED], headers)
    assert (page.status, page.hidden) == (403, [])


async def test_the_hosts_own_page_is_no_other_site(new_host: NewHost) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, {"Origin": ""}):
        host = await new_host()
        own = {name: value or host.gateway for name, value in headers.items()}
        gone = await host.post("/sign-out", [("csrf", (await host.get(HOME)).csrf)], own)
        assert gone.status == 303


async def test_a_form_sent_after_its_session_ended_keeps_all_that_was_typed(
    new_host: NewHost, door: Doorman
) -> None:
    host = await new_host(email="typing@example.com")
    old = (await host.get(HOME)).csrf
    token = host.cookies.pop("bookonce")
    page = await host.post(ECHO, [("csrf", old), *TYPED])
    assert (page.status, page.code) == (401, "unauthorized")
    assert page.hidden == TYPED
    assert "Basic" not in page.headers["WWW-Authenticate"]
    assert (await host.post(ECHO, page.hidden)).hidden == TYPED

    await host.post(await door.path("typing@example.com"))
    assert host.cookies["bookonce"] != token
    again = await host.post(ECHO, page.hidden)
    assert again.status == 403
    assert "You are Dana Reyes, of Demo & Söhne." in unescape(again.text)
    fresh = again.csrf
    assert fresh not in (old, "")
    assert [pair for pair in again.hidden if pair[0] != "csrf"] == TYPED
    assert (await host.get(HOME)).csrf == fresh
    assert (await host.post(ECHO, again.hidden)).status == 303


ECHO = "/sign-out-everywhere"
"""A form of the console; what it does not know it ignores."""


async def test_what_is_no_form_or_too_long_is_refused(new_host: NewHost) -> None:
    host = await new_host()
    csrf = (await host.get(HOME)).csrf
    page = await host.post("/sign-out", [("csrf", csrf), ("note", "x" * 70_000)])
    assert (page.status, page.code) == (413, "payload_too_large")
    assert await host.is_signed_in()
