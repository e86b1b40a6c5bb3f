"""A booking as visitor and app see it, and what an app may do with it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link, book, book_with, free_times, link_now, wish

FIELDS = {
    "id", "state", "graph", "booking_link_id", "host", "start", "end", "timezone", "customer", "answers",
    "contact_id", "single_use_link_id", "source", "payment", "no_show_at", "rescheduled_from",
    "rescheduled_to", "completed_at", "created_at", "updated_at",
}  # fmt: skip
ACTIONS = {"cancel": "cancelled", "cancel_by_customer": "cancelled_by_customer", "complete": "completed"}
LATER = ("payment", "no_show_at", "rescheduled_from", "rescheduled_to", "completed_at")


async def _booking(app: Client, visitor: Client) -> dict[str, Any]:
    page = await a_booking_link(app)
    made: dict[str, Any] = (await book(visitor, page, wish((await free_times(visitor, page))[0]))).data
    return made


async def test_a_booking_with_a_link_has_exactly_the_promised_fields(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app, duration_minutes=45, buffer_before_minutes=5, buffer_after_minutes=10)
    link = await a_link(app, page, source={"channel": "email", "campaign": "spring"})
    answer = await book_with(visitor, page, link, name="  Amara Okafor ", timezone="Asia/Kathmandu")
    assert answer.status == 201
    booking = answer.data
    assert booking.keys() == FIELDS
    assert booking["state"] == "confirmed"
    assert booking["graph"] == "instant"
    assert booking["booking_link_id"] == page["id"]
    assert booking["host"] == page["host"]
    assert booking["timezone"] == "Asia/Kathmandu"
    assert booking["customer"] == {"name": "Amara Okafor", "email": link["contact"]["email"]}
    assert booking["answers"] == {}
    assert booking["contact_id"] == link["contact"]["id"]
    assert booking["single_use_link_id"] == link["id"]
    assert booking["source"] == link["source"]
    assert all(booking[name] is None for name in LATER)
    start, end = (datetime.fromisoformat(booking[name]) for name in ("start", "end"))
    assert end - start == timedelta(minutes=45)
    assert (await app.get(f"/v1/bookings/{booking['id']}")).data == booking


async def test_a_public_booking_belongs_to_no_contact_and_no_link(app: Client, visitor: Client) -> None:
    booking = await _booking(app, visitor)
    assert booking.keys() == FIELDS
    assert booking["state"] == "confirmed"
    assert all(booking[name] is None for name in ("contact_id", "single_use_link_id", "source", *LATER))


async def test_a_start_in_any_offset_is_the_same_time(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app)
    start = (await free_times(visitor, page))[0]
    local = datetime.fromisoformat(start) + timedelta(hours=5, minutes=45)
    booking = (await book(visitor, page, wish(f"{local:%Y-%m-%dT%H:%M:%S}+05:45"))).data
    assert booking["start"] == start
    assert (await book(visitor, page, wish(start))).refused == (409, "slot_taken")


async def test_answers_are_kept_as_given(app: Client, visitor: Client) -> None:
    questions: list[dict[str, Any]] = [
        {"key": "topic", "label": "What about?", "type": "textarea", "required": True},
        {"key": "size", "label": "How many?", "type": "select", "options": ["one", "many"]},
        {"key": "agree", "label": "Recorded?", "type": "checkbox", "required": True},
        {"key": "phone", "label": "Phone", "type": "phone"},
        {"key": "note", "label": "Anything else?"},
    ]
    page = await a_booking_link(app, questions=questions)
    assert [question["key"] for question in page["questions"]] == [q["key"] for q in questions]
    start = (await free_times(visitor, page))[0]
    answers = {"topic": "Ein\nlanger Grüß ☀", "size": "many", "agree": True, "note": ""}
    for wrong, field in (
        ({}, "answers.topic"),
        ({**answers, "topic": ""}, "answers.topic"),
        ({**answers, "size": "three"}, "answers.size"),
        ({**answers, "agree": False}, "answers.agree"),
        ({**answers, "agree": "yes"}, "answers.agree"),
        ({**answers, "phone": True}, "answers.phone"),
        ({**answers, "note": "a\0b"}, "answers.note"),
        ({**answers, "note": "x" * 5001}, "answers.note"),
        ({**answers, "other": "x"}, "answers.other"),
    ):
        refused = await book(visitor, page, wish(start, answers=wrong))
        assert refused.refused == (422, "validation_failed")
        assert field in [error["field"] for error in refused.json["errors"]]
    booking = (await book(visitor, page, wish(start, answers=answers))).data
    assert booking["answers"] == answers


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_action_leads_to_its_state_once(
    app: Client, visitor: Client, ledger: Ledger, action: str
) -> None:
    booking = await _booking(app, visitor)
    answer = await app.put(f"/v1/bookings/{booking['id']}/{action}")
    assert answer.status == 200
    changed = answer.data
    assert changed["state"] == ACTIONS[action]
    assert changed["updated_at"] > booking["updated_at"]
    assert (changed["completed_at"] is not None) == (action == "complete")
    moved = {"state", "updated_at", "completed_at"}
    assert {name: value for name, value in changed.items() if name not in moved} == {
        name: value for name, value in booking.items() if name not in moved
    }
    assert (await app.get(f"/v1/bookings/{booking['id']}")).data == changed
    before = await ledger.contents()
    for later in ACTIONS:
        again = await app.put(f"/v1/bookings/{booking['id']}/{later}")
        assert again.refused == (409, "action_not_available")
    assert await ledger.contents() == before


@pytest.mark.parametrize(
    "action", ["confirm", "decline", "settle", "book", "nonsense", "%00", "..", "a%2520"]
)
async def test_what_the_graph_does_not_offer_is_refused(
    app: Client, visitor: Client, ledger: Ledger, action: str
) -> None:
    booking = await _booking(app, visitor)
    before = await ledger.contents()
    answer = await app.put(f"/v1/bookings/{booking['id']}/{action}")
    assert answer.refused == (409, "action_not_available")
    assert await ledger.contents() == before


async def test_of_many_actions_at_once_one_happens(app: Client, visitor: Client) -> None:
    booking = await _booking(app, visitor)
    answers = await asyncio.gather(
        *(app.put(f"/v1/bookings/{booking['id']}/{action}") for action in [*ACTIONS] * 4)
    )
    assert sorted(answer.status for answer in answers) == [200] + [409] * 11


async def test_cancelled_booking_leaves_its_link_consumed_and_its_time_free(
    app: Client, visitor: Client
) -> None:
    page = await a_booking_link(app)
    link, another = await a_link(app, page), await a_link(app, page)
    booking = (await book_with(visitor, page, link)).data
    assert booking["start"] not in await free_times(visitor, page)
    await app.put(f"/v1/bookings/{booking['id']}/cancel")
    now = await link_now(app, link)
    assert (now["status"], now["consumed_by_booking_id"]) == ("consumed", booking["id"])
    assert booking["start"] in await free_times(visitor, page)
    again = (await book_with(visitor, page, another)).data
    assert again["start"] == booking["start"]
