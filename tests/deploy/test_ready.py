"""What a fresh start offers, to programs and to people."""

import aiohttp
import asyncpg
import pytest

from deploy.topology import PIECES
from tests.deploy.runner import Runner, get, page_status, running
from tests.eventually import eventually

WITH_DATABASE = {piece.name for piece in PIECES if piece.has_database}


async def test_ready_file_holds_everything_a_program_needs(runner: Runner) -> None:
    ready = runner.contents()
    assert set(ready) == {
        "gateway", "api_key", "sign_in_url", "single_use_url", "mailbox", "services", "databases",
    }  # fmt: skip
    assert set(ready["services"]) == {piece.name for piece in PIECES}
    assert all(set(service) == {"url", "pid"} for service in ready["services"].values())
    assert ready["services"]["gateway"]["url"] == ready["gateway"]
    assert set(ready["databases"]) == WITH_DATABASE
    assert ready["api_key"].startswith("live_api_key_")


async def test_only_its_owner_may_read_what_is_secret(runner: Runner) -> None:
    kept = [
        runner.data / name
        for name in ("secrets.json", "demo.json", "sandbox_payments.sqlite", "mailbox.sqlite")
    ]
    for secret in (runner.ready_file, *kept):
        assert secret.stat().st_mode & 0o077 == 0, secret


async def test_demo_is_there_and_its_single_use_link_opens(runner: Runner) -> None:
    ready = runner.contents()
    status, links = await get(ready, "/v1/booking-links")
    assert status == 200
    assert [link["slug"] for link in links["data"]] == ["intro-call", "coaching-hour"]
    _, contacts = await get(ready, "/v1/contacts")
    assert len(contacts["data"]) >= 2
    assert await page_status(ready["single_use_url"]) == 200
    for slug in ("intro-call", "coaching-hour"):
        assert await page_status(f"{ready['gateway']}/book/{slug}") == 200


async def test_person_is_told_where_to_go(runner: Runner) -> None:
    ready = runner.contents()
    await eventually(lambda: "Ctrl-C" in runner.output)
    pages = [f"{ready['gateway']}/book/{slug}" for slug in ("intro-call", "coaching-hour")]
    for shown in (ready["single_use_url"], ready["api_key"], ready["mailbox"], *pages):
        assert shown in runner.output


async def test_the_printed_sign_in_link_opens_the_console_once(runner: Runner) -> None:
    ready = runner.contents()
    await eventually(lambda: "Ctrl-C" in runner.output)
    assert ready["sign_in_url"] in runner.output
    assert await page_status(ready["sign_in_url"]) == 200
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar, headers={"Accept": "text/html"}) as http:
        async with http.post(ready["sign_in_url"]) as console:
            assert (console.status, console.url.path) == (200, "/calendar/single-use")
            assert "Dana Reyes" in await console.text()
        async with http.post(ready["sign_in_url"]) as again:
            assert again.status == 410


async def test_every_piece_answers_its_probes(runner: Runner) -> None:
    for service in runner.contents()["services"].values():
        assert await page_status(f"{service['url']}/healthz") == 200
        assert await page_status(f"{service['url']}/readyz") == 200


@pytest.mark.parametrize("name", sorted(WITH_DATABASE))
async def test_role_of_a_piece_reaches_its_own_database_alone(runner: Runner, name: str) -> None:
    databases = runner.contents()["databases"]
    for other, dsn in databases.items():
        address = databases[name].rpartition("/")[0] + "/" + dsn.rpartition("/")[2]
        if other == name:
            connection = await asyncpg.connect(address)
            assert await connection.fetchval("SELECT NOT rolsuper FROM pg_roles WHERE rolname = current_user")
            await connection.close()
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(address)


async def test_two_installations_run_side_by_side(runner: Runner) -> None:
    async with running(runner.data.with_name("neighbour")) as neighbour:
        here, there = runner.contents(), await neighbour.ready()
        assert await page_status(there["single_use_url"]) == 200
        assert await page_status(here["single_use_url"]) == 200
        # Each knows only its own app.
        status, _ = await get({**there, "api_key": here["api_key"]}, "/v1/booking-links")
        assert status == 401
