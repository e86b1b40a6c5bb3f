"""Whatever is changed about a booking link, single-use links already sent still work."""

import re
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.making import (
    DAYS,
    a_booking_link,
    a_link,
    an_email,
    book_with,
    booking_link_fields,
    free_times,
    link_now,
    wish,
)

EDITS: dict[str, dict[str, Any]] = {
    "duration": {"duration_minutes": 45},
    "interval and buffers": {
        "slot_interval_minutes": 20,
        "buffer_before_minutes": 10,
        "buffer_after_minutes": 5,
    },
    "schedule": {
        "schedule": {
            "timezone": "Asia/Kolkata",
            "weekly": {day: [{"from": "10:00", "to": "18:00"}] for day in DAYS},
        }
    },
    "slug": {"slug": "renamed"},
    "title and description": {"title": "Another call", "description": "New words"},
    "access": {"access": "single_use_only"},
    "host": {"host": {"name": "Mei Tanaka", "email": "mei"}},
    "branding": {"branding": {"accent_color": "#1a73e8"}},
}


async def _edit(app: Client, page: dict[str, Any], edit: dict[str, Any]) -> dict[str, Any]:
    """The booking link after the edit; what must be unique gets something of its own."""
    own = an_email()
    if "slug" in edit:
        edit = {"slug": f"renamed-{own.partition('@')[0]}"}
    if "host" in edit:
        edit = {"host": {"name": "Mei Tanaka", "email": own}}
    changed: dict[str, Any] = (await app.patch(f"/v1/booking-links/{page['id']}", edit)).data
    assert {name: changed[name] for name in edit if name != "schedule"} == {
        name: {**changed[name], **value} if isinstance(value, dict) else value
        for name, value in edit.items()
        if name != "schedule"
    }
    return changed


@pytest.mark.parametrize("name", EDITS)
async def test_a_link_sent_before_the_edit_still_books(app: Client, visitor: Client, name: str) -> None:
    page = await a_booking_link(app)
    link = await a_link(app, page, strict_email_match=True)
    changed = await _edit(app, page, EDITS[name])

    opened = await visitor.get(f"/single-use/{link['token']}")
    (path,) = set(re.findall(r'"(/book/[^"]*)"', opened.text))
    shown = await visitor.get(path)
    if shown.status == 301:
        shown = await visitor.get(shown.headers["Location"])
    assert shown.status == 200
    asked = {"single_use_token": link["token"]}
    prefilled = await visitor.post(f"/book/{page['slug']}/prefill", asked)
    assert prefilled.data["email"] == link["contact"]["email"]
    booked = (await book_with(visitor, page, link)).data
    assert booked["state"] == "confirmed"
    assert booked["host"] == changed["host"]
    now = await link_now(app, link)
    assert (now["status"], now["consumed_by_booking_id"]) == ("consumed", booked["id"])


async def test_a_booking_made_before_the_edit_stays_as_it_was(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app)
    booked = (await book_with(visitor, page, await a_link(app, page))).data
    for name in ("duration", "schedule", "title and description"):
        await _edit(app, page, EDITS[name])
    now = (await app.get(f"/v1/bookings/{booked['id']}")).data
    assert {**now, "updated_at": booked["updated_at"]} == booked


async def test_a_question_added_later_is_asked_of_earlier_links_too(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app)
    link = await a_link(app, page)
    question = {"key": "topic", "label": "Topic", "required": True}
    await app.patch(f"/v1/booking-links/{page['id']}", {"questions": [question]})
    assert (await book_with(visitor, page, link)).refused == (422, "validation_failed")
    assert (await link_now(app, link))["status"] == "open"
    assert (await book_with(visitor, page, link, answers={"topic": "Prices"})).status == 201


async def test_a_booking_link_closed_and_opened_again_finds_its_links_open(
    app: Client, visitor: Client
) -> None:
    page = await a_booking_link(app)
    link = await a_link(app, page)
    start = (await free_times(visitor, page))[0]
    await app.patch(f"/v1/booking-links/{page['id']}", {"active": False})
    with_link = wish(start, single_use_token=link["token"], email=link["contact"]["email"])
    closed = await visitor.post(f"/book/{page['slug']}", with_link)
    assert closed.refused == (410, "booking_link_inactive")
    assert await link_now(app, link) == link
    await app.patch(f"/v1/booking-links/{page['id']}", {"active": True})
    assert (await visitor.post(f"/book/{page['slug']}", with_link)).status == 201


async def test_an_edit_that_cannot_be_leaves_links_and_page_alone(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app)
    taken = (await a_booking_link(app, **booking_link_fields()))["slug"]
    link = await a_link(app, page)
    for edit in ({"duration_minutes": 0}, {"schedule": {"timezone": "Nowhere"}}, {"slug": taken}):
        assert (await app.patch(f"/v1/booking-links/{page['id']}", edit)).status in (400, 409, 422), edit
    assert (await app.get(f"/v1/booking-links/{page['id']}")).data == page
    assert (await book_with(visitor, page, link)).status == 201
