"""Bookings that a program makes, and marks as missed."""

from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import NOBODY, a_booking_link, a_contact, an_email, book, free_times, wish
from tests.system.refusing import properly


@pytest.fixture
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


async def _wish(app: Client, page: dict[str, Any], **fields: Any) -> dict[str, Any]:
    start = (await free_times(app, page))[0]
    return {**wish(start), "booking_link_id": page["id"], **fields}


async def test_a_program_books_for_a_contact_or_for_anybody(app: Client, page: dict[str, Any]) -> None:
    contact = await a_contact(app)
    body = await _wish(app, page, contact_id=contact["id"])
    answer = await app.post("/v1/bookings", body)
    assert answer.status == 201
    booking = answer.data
    assert (booking["state"], booking["contact_id"]) == ("confirmed", contact["id"])
    assert (booking["single_use_link_id"], booking["source"]) == (None, None)
    assert (await app.get(f"/v1/bookings/{booking['id']}")).data == booking
    assert (await app.post("/v1/bookings", body)).refused == (409, "slot_taken")
    anybody = (await app.post("/v1/bookings", await _wish(app, page))).data
    assert anybody["contact_id"] is None


async def test_a_programs_key_counts_for_the_whole_app(app: Client, page: dict[str, Any]) -> None:
    body, key = await _wish(app, page), an_email()
    first = await app.post("/v1/bookings", body, key=key)
    assert (await app.post("/v1/bookings", body, key=key)).data == first.data
    elsewhere = {**body, "booking_link_id": (await a_booking_link(app))["id"]}
    for other in (elsewhere, {**body, "email": an_email()}):
        reused = await app.post("/v1/bookings", other, key=key)
        assert reused.refused == (422, "idempotency_key_reused")
    cancelled = (await app.put(f"/v1/bookings/{first.data['id']}/cancel")).data
    assert (await app.post("/v1/bookings", body, key=key)).data == cancelled
    # A visitor's key is another key, even with the same name.
    visit = await book(app, page, {name: body[name] for name in body if name != "booking_link_id"}, key)
    assert visit.status == 201
    assert visit.data["id"] != first.data["id"]


async def test_what_a_program_cannot_book_changes_nothing(
    app: Client, other_app: Client, page: dict[str, Any], ledger: Ledger
) -> None:
    body = await _wish(app, page)
    theirs, their_contact = await a_booking_link(other_app), await a_contact(other_app)
    closed = await a_booking_link(app, active=False)
    before = await ledger.contents()
    for fields, code in (
        ({"booking_link_id": NOBODY}, "not_found"),
        ({"booking_link_id": theirs["id"]}, "not_found"),
        ({"booking_link_id": closed["id"]}, "booking_link_inactive"),
        ({"contact_id": NOBODY}, "not_found"),
        ({"contact_id": their_contact["id"]}, "not_found"),
        ({"start": "2020-01-01T00:00:00Z"}, "slot_taken"),
        ({"start": "9999-12-31T23:59:59-12:00"}, "validation_failed"),
        ({"timezone": "../etc/passwd"}, "validation_failed"),
        ({"email": "nobody"}, "validation_failed"),
        ({"answers": {"a": "b"}}, "validation_failed"),
        ({"single_use_token": "x"}, "invalid_request"),
    ):
        assert properly(await app.post("/v1/bookings", {**body, **fields})) == code, fields
    assert await ledger.contents() == before


async def test_a_missed_meeting_is_marked_and_unmarked_without_leaving_its_state(
    app: Client, page: dict[str, Any]
) -> None:
    booking = (await app.post("/v1/bookings", await _wish(app, page))).data
    path = f"/v1/bookings/{booking['id']}"
    marked = (await app.put(f"{path}/no_show")).data
    assert (marked["state"], marked["no_show_at"] is not None) == ("confirmed", True)
    assert (await app.put(f"{path}/no_show")).data["no_show_at"] == marked["no_show_at"]
    assert (await app.put(f"{path}/unmark_no_show")).data["no_show_at"] is None
    completed = (await app.put(f"{path}/complete")).data
    assert (await app.put(f"{path}/no_show")).data["state"] == completed["state"] == "completed"

    cancelled = (await app.post("/v1/bookings", await _wish(app, page))).data
    await app.put(f"/v1/bookings/{cancelled['id']}/cancel")
    for mark in ("no_show", "unmark_no_show"):
        answer = await app.put(f"/v1/bookings/{cancelled['id']}/{mark}")
        assert answer.refused == (409, "action_not_available")
