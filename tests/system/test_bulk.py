"""Many links at once: a result per row, in order, and no bad row spoils another."""

import json
from typing import Any

import aiohttp
import pytest

from tests.stack import Stack
from tests.system.client import Answer, Client, program
from tests.system.ledger import Ledger
from tests.system.making import NOBODY, a_booking_link, a_contact, a_link, an_email, link_now
from tests.system.refusing import properly

BULK = "/v1/single-use-links/bulk"


@pytest.fixture(scope="module")
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


async def _bulk(
    app: Client, page: dict[str, Any], rows: list[Any], key: str | None = None, **fields: Any
) -> Answer:
    return await app.post(BULK, {"booking_link_id": page["id"], "contacts": rows, **fields}, key=key)


async def test_each_row_gets_its_own_link_in_order(app: Client, page: dict[str, Any]) -> None:
    known = await a_contact(app)
    rows: list[dict[str, Any]] = [{"name": f"Row {n}", "email": an_email()} for n in range(30)]
    rows[7] = {"contact_id": known["id"]}
    rows[20] = {"name": "Other", "email": known["email"].upper()}
    source = {"channel": "import", "campaign": "spring"}
    answer = await _bulk(app, page, rows, strict_email_match=True, expires_in_days=3, source=source)
    assert answer.status == 200
    assert [result["index"] for result in answer.data] == list(range(30))
    links = [result["link"] for result in answer.data]
    for row, link in zip(rows, links, strict=True):
        expected = known["email"] if link["contact"]["id"] == known["id"] else row["email"]
        assert link["contact"]["email"] == expected
        assert link["status"] == "open"
        assert link["strict_email_match"] is True
        assert link["source"] == {**dict.fromkeys(link["source"]), **source}
    assert links[7]["contact"] == links[20]["contact"]
    assert len({link["token"] for link in links}) == 30
    assert await link_now(app, links[3]) == links[3]


async def test_a_bad_row_says_why_and_the_others_get_their_links(app: Client, page: dict[str, Any]) -> None:
    good = [an_email() for _ in range(6)]
    rows: list[Any] = [
        {"name": "Good", "email": good[0]},
        {"name": "No address", "email": "nobody"},
        {"contact_id": NOBODY},
        {"name": "Good", "email": good[1]},
        {"contact_id": "nope"},
        {"name": "Only a name"},
        {},
        {"name": "Good", "email": good[2]},
        {"name": "More than asked", "email": an_email(), "age": 3},
        {"contact_id": NOBODY, "name": "Both", "email": an_email()},
        {"name": "a\0b", "email": an_email()},
        {"name": None, "email": an_email()},
        {"name": "Greek", "email": f"ΟΔΟΣ.{good[3]}"},
        {"name": "Turkish", "email": f"İ.{good[4]}"},
        {"name": "Sharp", "email": f"ẞ.{good[5]}"},
        {"contact_id": NOBODY},
    ]
    answer = await _bulk(app, page, rows)
    assert answer.status == 200
    results = answer.data
    assert [result["index"] for result in results] == list(range(len(rows)))
    assert [index for index, result in enumerate(results) if "link" in result] == [0, 3, 7, 12, 13, 14]
    for row, result in zip(rows, results, strict=True):
        assert result.keys() in ({"index", "link"}, {"index", "error"})
        if "link" in result:
            assert result["link"]["contact"]["email"] == row["email"]
        else:
            assert result["error"].keys() == {"code", "detail"}
            assert result["error"]["code"] in ("invalid_request", "validation_failed", "not_found")
            assert result["error"]["detail"]
    assert results[2]["error"]["code"] == "not_found"
    assert results[8]["error"] == {"code": "invalid_request", "detail": "age is not a known field"}


async def test_the_same_key_answers_the_same_links(app: Client, page: dict[str, Any], ledger: Ledger) -> None:
    rows = [{"name": "A", "email": an_email()}, {"name": "B", "email": "nobody"}, {"contact_id": NOBODY}]
    key = an_email()
    first = await _bulk(app, page, rows, key)
    made = await ledger.contents()
    again = await _bulk(app, page, rows, key)
    assert again.data == first.data
    assert (await _bulk(app, page, rows[:1], key)).refused == (422, "idempotency_key_reused")
    assert await ledger.contents() == made
    await app.post(f"/v1/single-use-links/{first.data[0]['link']['id']}/revoke")
    assert (await _bulk(app, page, rows, key)).data[0]["link"]["status"] == "revoked"


async def test_a_request_that_cannot_be_makes_nothing(
    app: Client, page: dict[str, Any], ledger: Ledger
) -> None:
    rows = [{"name": "A", "email": an_email()}]
    before = await ledger.contents()
    for fields, code in (
        ({"contacts": []}, "validation_failed"),
        ({"contacts": "all"}, "invalid_request"),
        ({"contacts": ["all"]}, "invalid_request"),
        ({"contacts": rows * 10_001}, "validation_failed"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "validation_failed"),
        ({"expires_at": None, "expires_in_days": 1}, "validation_failed"),
        ({"booking_link_id": NOBODY}, "not_found"),
        ({"contact": rows[0]}, "invalid_request"),
        ({"surprise": 1}, "invalid_request"),
    ):
        answer = await app.post(BULK, {"booking_link_id": page["id"], "contacts": rows, **fields})
        assert properly(answer) == code, list(fields)
    assert properly(await app.post(BULK, data=b" " * (8 * 1024 * 1024 + 1))) == "payload_too_large"
    assert await ledger.contents() == before


async def test_ten_thousand_rows_are_answered(http: aiohttp.ClientSession, watchful: Stack) -> None:
    # Not on the shared stack, whose every row others compare.
    app = program(http, watchful.gateway, watchful.api_key)
    mark = an_email()
    rows = [{"name": "A", "email": f"{number}.{mark}"} for number in range(10_000)]
    results = (await _bulk(app, await a_booking_link(app), rows)).data
    assert [result["link"]["contact"]["email"] for result in results] == [row["email"] for row in rows]


async def test_rows_nested_to_any_depth_are_answered(app: Client, page: dict[str, Any]) -> None:
    # At some depth each of reading, checking and comparing the body gives up: at none may it break.
    for depth in (10, *range(300, 1100, 20)):
        body = f'{{"booking_link_id":"{page["id"]}","contacts":[{{"a":{"[" * depth}{"]" * depth}}}]}}'
        answer = await app.post(BULK, data=body, key=f"depth-{depth}")
        assert answer.status in (200, 400), depth
        if answer.status == 200:
            assert answer.data[0]["error"]["code"] == "invalid_request"
        else:
            assert properly(answer) == "invalid_request"


async def test_a_bulk_of_one_is_as_good_as_a_link(app: Client, page: dict[str, Any]) -> None:
    one = await a_link(app, page)
    (result,) = (await _bulk(app, page, [{"contact_id": one["contact"]["id"]}])).data
    assert result["link"].keys() == one.keys()
    assert json.dumps(result["link"]["source"]) == json.dumps(one["source"])
