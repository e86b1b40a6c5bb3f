"""Ten thousand links in one request: each once, whatever is wrong with some rows and whoever asks again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import asyncpg
import pytest

from tests.stack import Server, Stack
from tests.system.client import Client, program
from tests.system.making import NOBODY, a_booking_link, a_contact, an_email

BULK = "/v1/single-use-links/bulk"
MOST = 10_000


@pytest.fixture(scope="module")
async def roomy(postgres: Server) -> AsyncIterator[Stack]:
    """A stack of its own: so many rows would be in the way of tests that compare every row."""
    async with postgres.stack() as running:
        yield running


@pytest.fixture(scope="module")
def app(http: aiohttp.ClientSession, roomy: Stack) -> Client:
    return program(http, roomy.gateway, roomy.api_key)


async def _count(stack: Stack, booking_link: dict[str, Any]) -> int:
    """How many links of a booking link there are."""
    conn = await asyncpg.connect(stack.dsn["tokens"])
    try:
        found = "select count(*) from scheduling_single_use_links where booking_link_id = $1"
        count: int = await conn.fetchval(found, booking_link["id"])
        return count
    finally:
        await conn.close()


async def test_of_ten_thousand_rows_each_gets_its_link_or_its_own_error_and_a_repeat_the_same(
    app: Client, roomy: Stack
) -> None:
    page, known, mark = await a_booking_link(app), await a_contact(app), an_email()
    bad: dict[int, tuple[Any, str]] = {
        0: ({"name": "No address", "email": "nobody"}, "validation_failed"),
        1: ({"contact_id": NOBODY}, "not_found"),
        4_999: ({"name": 3, "email": mark}, "invalid_request"),
        5_000: ({"contact_id": NOBODY}, "not_found"),
        9_999: ({}, "invalid_request"),
    }
    rows: list[Any] = [{"name": f"Number {number}", "email": f"{number}.{mark}"} for number in range(MOST)]
    rows[7] = rows[8_000] = {"contact_id": known["id"]}
    for number, (row, _) in bad.items():
        rows[number] = row
    body = {"booking_link_id": page["id"], "contacts": rows}

    first = await app.post(BULK, body, key="ten-thousand")
    assert first.status == 200
    results = first.data
    assert [result["index"] for result in results] == list(range(MOST))
    for number, (row, result) in enumerate(zip(rows, results, strict=True)):
        if number in bad:
            assert result["error"]["code"] == bad[number][1]
            assert "link" not in result
        else:
            assert result["link"]["contact"]["email"] == row.get("email", known["email"])
            assert "error" not in result
    made = [result["link"] for result in results if "link" in result]
    assert len({link["token"] for link in made}) == len(made) == await _count(roomy, page) == MOST - len(bad)

    assert (await app.post(BULK, body, key="ten-thousand")).data == results
    other = {**body, "expires_in_days": 3}
    assert (await app.post(BULK, other, key="ten-thousand")).refused == (422, "idempotency_key_reused")
    assert await _count(roomy, page) == len(made)


async def test_a_key_sent_many_times_at_once_makes_its_links_once(app: Client, roomy: Stack) -> None:
    page, mark = await a_booking_link(app), an_email()
    rows = [{"name": "One", "email": f"{number}.{mark}"} for number in range(500)]
    body = {"booking_link_id": page["id"], "contacts": rows}
    answers = await asyncio.gather(*(app.post(BULK, body, key="at-once") for _ in range(6)))
    assert all(answer.data == answers[0].data for answer in answers)
    assert len(answers[0].data) == await _count(roomy, page) == len(rows)


async def test_ten_thousand_and_one_rows_are_too_many(app: Client, roomy: Stack) -> None:
    page = await a_booking_link(app)
    rows = [{"name": "One", "email": f"{number}.{an_email()}"} for number in range(MOST + 1)]
    refused = await app.post(BULK, {"booking_link_id": page["id"], "contacts": rows})
    assert refused.refused == (422, "validation_failed")
    assert [error["field"] for error in refused.json["errors"]] == ["contacts"]
    assert await _count(roomy, page) == 0
