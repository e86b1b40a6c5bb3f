"""When a link is consumed: the rows of that table that need neither payment nor approval."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.eventually import eventually
from tests.system.client import Client
from tests.system.making import a_booking_link, a_link, an_email, book, book_with, free_times, link_now, wish


@pytest.fixture
async def booking_link(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


async def test_opened_abandoned_and_reopened_it_stays_open(
    app: Client, visitor: Client, booking_link: dict[str, Any]
) -> None:
    link = await a_link(app, booking_link)
    for _ in range(10):
        assert (await visitor.get(f"/single-use/{link['token']}")).status == 200
        assert (await visitor.get(f"/book/{booking_link['slug']}")).status == 200
        asked = {"single_use_token": link["token"]}
        assert (await visitor.post(f"/book/{booking_link['slug']}/prefill", asked)).status == 200
    assert (await link_now(app, link))["status"] == "open"
    assert (await book_with(visitor, booking_link, link)).status == 201


async def test_booked_it_is_consumed_by_that_booking(
    app: Client, visitor: Client, booking_link: dict[str, Any]
) -> None:
    link = await a_link(app, booking_link)
    booking = (await book_with(visitor, booking_link, link)).data
    assert booking["state"] == "confirmed"
    now = await link_now(app, link)
    assert now["status"] == "consumed"
    assert now["consumed_by_booking_id"] == booking["id"]
    assert datetime.fromisoformat(now["consumed_at"]) >= datetime.fromisoformat(booking["created_at"])

    assert (await visitor.get(f"/single-use/{link['token']}")).refused == (410, "link_consumed")
    asked = {"single_use_token": link["token"]}
    prefill = await visitor.post(f"/book/{booking_link['slug']}/prefill", asked)
    assert prefill.refused == (410, "link_consumed")
    assert (await book_with(visitor, booking_link, link)).refused == (410, "link_consumed")


@pytest.mark.parametrize("action", ["cancel", "cancel_by_customer", "complete"])
async def test_whatever_becomes_of_the_booking_it_stays_consumed(
    app: Client, visitor: Client, booking_link: dict[str, Any], action: str
) -> None:
    link = await a_link(app, booking_link)
    booking = (await book_with(visitor, booking_link, link)).data
    consumed = await link_now(app, link)
    assert (await app.put(f"/v1/bookings/{booking['id']}/{action}")).status == 200
    assert await link_now(app, link) == consumed
    assert (await book_with(visitor, booking_link, link)).refused == (410, "link_consumed")


async def test_an_expired_link_is_dead(app: Client, visitor: Client, booking_link: dict[str, Any]) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=1.5)
    link = await a_link(app, booking_link, expires_at=soon.isoformat())

    async def expired() -> bool:
        return bool((await link_now(app, link))["status"] == "expired")

    await eventually(expired)
    assert datetime.now(UTC) >= soon - timedelta(seconds=0.5)
    refused = await visitor.get(f"/single-use/{link['token']}")
    assert refused.refused == (410, "link_expired")
    assert refused.json["detail"] == "This link has expired."
    assert (await book_with(visitor, booking_link, link)).refused == (410, "link_expired")
    asked = {"single_use_token": link["token"]}
    prefill = await visitor.post(f"/book/{booking_link['slug']}/prefill", asked)
    assert prefill.refused == (410, "link_expired")
    listed = (await app.get(f"/v1/single-use-links?status=expired&booking_link_id={booking_link['id']}")).data
    assert [row["id"] for row in listed] == [link["id"]]


async def test_after_any_error_it_is_open_and_books(
    app: Client, visitor: Client, booking_link: dict[str, Any]
) -> None:
    link = await a_link(app, booking_link, strict_email_match=True)
    times = await free_times(visitor, booking_link)
    await book(visitor, booking_link, wish(times[0]))
    good = wish(times[1], email=link["contact"]["email"], single_use_token=link["token"])
    off_grid = times[2].replace(":00Z", ":07Z")
    another = await a_booking_link(app)
    attempts = (
        ({"start": times[0]}, (409, "slot_taken")),
        ({"start": off_grid}, (409, "slot_taken")),
        ({"start": "2020-01-01T00:00:00Z"}, (409, "slot_taken")),
        ({"start": "2090-01-01T00:00:00Z"}, (409, "slot_taken")),
        ({"start": "tomorrow"}, (422, "validation_failed")),
        ({"email": an_email()}, (403, "email_mismatch")),
        ({"email": "nobody"}, (422, "validation_failed")),
        ({"name": ""}, (422, "validation_failed")),
        ({"timezone": "Mars/Base"}, (422, "validation_failed")),
        ({"answers": {"unasked": "x"}}, (422, "validation_failed")),
        ({"answers": 3}, (400, "invalid_request")),
    )
    for wrong, refused in attempts:
        assert (await book(visitor, booking_link, {**good, **wrong})).refused == refused, wrong
        assert await link_now(app, link) == link, wrong
    elsewhere = await book(visitor, another, good)
    assert elsewhere.refused == (403, "link_wrong_template")
    assert await link_now(app, link) == link
    assert (await book(visitor, booking_link, good)).status == 201


async def test_a_revoked_link_books_nothing(
    app: Client, visitor: Client, booking_link: dict[str, Any]
) -> None:
    link = await a_link(app, booking_link)
    await app.post(f"/v1/single-use-links/{link['id']}/revoke")
    assert (await book_with(visitor, booking_link, link)).refused == (410, "link_revoked")
    query = f"/v1/bookings?booking_link_id={booking_link['id']}"
    assert (await app.get(query)).data == []
