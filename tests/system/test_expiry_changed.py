"""A link's expiry may be changed while it is open or expired, and no longer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link, book_with, link_now
from tests.system.refusing import properly


@pytest.fixture(scope="module")
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


async def _change(app: Client, link: dict[str, Any], expires_at: str | None) -> dict[str, Any]:
    body = {"expires_at": expires_at}
    changed: dict[str, Any] = (await app.patch(f"/v1/single-use-links/{link['id']}", body)).data
    return changed


async def test_an_open_link_gets_another_expiry_or_none(app: Client, page: dict[str, Any]) -> None:
    link = await a_link(app, page)
    changed = await _change(app, link, "2099-01-01T00:00:00+02:00")
    assert changed == {**link, "expires_at": "2098-12-31T22:00:00Z"}
    assert await link_now(app, link) == changed
    assert (await _change(app, link, None))["expires_at"] is None


async def test_an_expired_link_comes_back_to_life(app: Client, visitor: Client, page: dict[str, Any]) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    link = await a_link(app, page, expires_at=soon)

    async def listed_as_expired() -> bool:
        query = f"/v1/single-use-links?status=expired&booking_link_id={page['id']}"
        return link["id"] in [row["id"] for row in (await app.get(query)).data]

    await eventually(listed_as_expired)
    assert (await visitor.get(f"/single-use/{link['token']}")).refused == (410, "link_expired")
    assert (await _change(app, link, "2099-01-01T00:00:00Z"))["status"] == "open"
    assert not await listed_as_expired()
    assert (await visitor.get(f"/single-use/{link['token']}")).status == 200
    assert (await book_with(visitor, page, link)).status == 201


async def test_a_spent_link_keeps_its_expiry(
    app: Client, visitor: Client, page: dict[str, Any], ledger: Ledger
) -> None:
    used, revoked = await a_link(app, page), await a_link(app, page)
    await book_with(visitor, page, used)
    await app.post(f"/v1/single-use-links/{revoked['id']}/revoke")
    before = await ledger.contents()
    for link, code in ((used, "link_consumed"), (revoked, "link_revoked")):
        answer = await app.patch(f"/v1/single-use-links/{link['id']}", {"expires_at": None})
        assert answer.refused == (410, code)
    assert await ledger.contents() == before


async def test_an_expiry_that_cannot_be_is_refused(app: Client, page: dict[str, Any], ledger: Ledger) -> None:
    link = await a_link(app, page)
    before = await ledger.contents()
    for body in (
        {},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"expires_at": "0001-01-01T00:00:00+14:00"},
        {"expires_at": "9999-12-31T23:59:59-14:00"},
        {"expires_at": "2099-01-01T00:00:00"},
        {"expires_at": 5},
        {"expires_at": None, "status": "open"},
        {"expires_in_days": 3},
    ):
        answer = await app.patch(f"/v1/single-use-links/{link['id']}", body)
        assert properly(answer) in ("validation_failed", "invalid_request"), body
    assert await ledger.contents() == before


async def test_an_opening_counts_when_the_page_asks_to_prefill_not_at_the_bare_fetch(
    app: Client, visitor: Client, page: dict[str, Any]
) -> None:
    opened, fetched = await a_link(app, page), await a_link(app, page)
    for link in (opened, fetched):
        for method in ("GET", "HEAD", "GET"):
            await visitor.ask(method, f"/single-use/{link['token']}")
    asked = {"single_use_token": opened["token"]}
    for _ in range(3):
        await visitor.post(f"/book/{page['slug']}/prefill", asked)

    async def counted() -> bool:
        return bool((await link_now(app, opened))["opened_count"] == 3)

    await eventually(counted)
    now = await link_now(app, opened)
    assert opened["created_at"] <= now["first_opened_at"] <= now["last_opened_at"]
    assert await link_now(app, fetched) == fetched
