"""No token, key or password in any log or metric, however things go wrong; nothing internal in an answer."""

import re

import aiohttp
import asyncpg
import pytest

from tests.stack import Stack
from tests.system.client import Client, program
from tests.system.making import a_booking_link, a_link, an_email, book_with
from tests.system.refusing import INSIDE

SECRET = re.compile(
    r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])"  # a token or a key, by its length
    r"|live_api_key_[A-Za-z0-9_-]{9}"
    r"|eyJ[A-Za-z0-9_-]{8,}"  # a JWT
    r"|postgres(?:ql)?://"
)
PIECES = ("tokens", "booking", "actions", "gateway")


def _configured(stack: Stack) -> set[str]:
    """Secrets that pieces were told by their environment."""
    told = set()
    for process in stack._pieces.processes.values():
        for name in (
            "SERVICE_KEY",
            "LINK_KEYRING",
            "STATUS_KEYRING",
            "API_KEY_KEYRING",
            "ACTION_LINK_KEYRING",
            "SIGN_IN_KEYRING",
            "SESSION_KEYRING",
            "DATABASE_URL",
        ):
            if name in process.environment:
                told.add(process.environment[name])
        if "DATABASE_URL" in process.environment:
            told.add(process.environment["DATABASE_URL"].split(":")[2].partition("@")[0])
    return told


def _assert_silent(stack: Stack) -> None:
    for piece in PIECES:
        log = stack.log(piece)
        found = SECRET.search(log)
        assert found is None, (piece, log[max(0, found.start() - 200) : found.end() + 20])
        assert not [secret for secret in _configured(stack) if secret in log], piece


@pytest.fixture
def app(http: aiohttp.ClientSession, watchful: Stack) -> Client:
    return program(http, watchful.gateway, watchful.api_key)


async def test_a_loud_stack_under_every_kind_of_request_keeps_its_secrets(
    app: Client, watchful: Stack, http: aiohttp.ClientSession
) -> None:
    page = await a_booking_link(app)
    link, other = await a_link(app, page), await a_link(app, page, strict_email_match=True)
    token = link["token"]
    asked = {"single_use_token": token}
    for path in (f"/single-use/{token}", f"/single-use/{token}x", f"/booking-status/{token}", f"/x/{token}"):
        for headers in ({}, {"Accept": "text/html"}):
            await app.get(path, headers=headers)
            await app.ask("DELETE", path, headers=headers)
    await app.post(f"/book/{page['slug']}/prefill", asked)
    await app.post(f"/book/{page['slug']}/prefill", {token: token})
    await app.post(f"/book/{token}", asked, headers={"Referer": f"{app.gateway}/single-use/{token}"})
    await app.get(f"/v1/contacts?q={token}&cursor={token}", headers={"User-Agent": token})
    await app.get("/v1/contacts", headers={"Authorization": f"Bearer live_api_key_{token}"})
    assert (await book_with(app, page, other, email=an_email())).status == 403
    assert (await book_with(app, page, link)).status == 201
    assert (await book_with(app, page, link)).status == 410
    assert (await app.get("/v1/single-use-links.csv")).status == 200
    for piece in PIECES:
        assert watchful.log(piece).count('"event":"answered"'), piece
        async with http.get(f"{watchful.urls[piece]}/metrics") as metrics:
            assert SECRET.search(await metrics.text()) is None
    _assert_silent(watchful)


async def test_a_defect_is_a_500_that_tells_nothing_and_a_log_entry_that_tells_why(
    app: Client, watchful: Stack
) -> None:
    link = await a_link(app, await a_booking_link(app))
    connection = await asyncpg.connect(watchful.dsn["tokens"])
    try:
        await connection.execute("alter table scheduling_single_use_links rename to hidden")
        broken = await app.get(f"/single-use/{link['token']}")
        page = await app.get(f"/single-use/{link['token']}", headers={"Accept": "text/html"})
        await connection.execute("alter table hidden rename to scheduling_single_use_links")
    finally:
        await connection.close()
    assert broken.refused == (500, "internal_error")
    assert page.status == 500
    assert 'data-code="internal_error"' in page.text
    assert broken.json["request_id"] in watchful.log("tokens")
    assert "UndefinedTableError" in watchful.log("tokens")
    for answer in (broken, page):
        assert INSIDE.search(answer.text) is None
        assert link["token"] not in answer.text
    _assert_silent(watchful)


async def test_logs_hold_no_secret_after_all_other_tests(stack: Stack) -> None:
    _assert_silent(stack)
