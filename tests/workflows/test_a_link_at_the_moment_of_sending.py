"""A workflow writes a mail with a link that is made for it, and the booking says what won it."""

from typing import Any

import pytest

from tests.system.client import Client
from tests.system.making import a_booking_link, a_contact, an_email, book_with, link_now
from tests.workflows.making import a_booking, a_public_booking, a_workflow, email, ended
from tests.workflows.post import Post

PROGRAMS = ["deal_stage_changed", "sequence_step_due", "recruiting_follow_up_due", "dispatch_visit_due"]


async def _booked_by(
    app: Client, visitor: Client, page: dict[str, Any], token: str, address: str
) -> dict[str, Any]:
    """The booking that somebody makes with the link in their mail."""
    link = {"token": token, "contact": {"email": address}}
    made: dict[str, Any] = (await book_with(visitor, page, link)).data
    assert made["state"] == "confirmed"
    return made


async def test_a_no_show_gets_another_chance_and_the_booking_tells_which_step_won_it(
    app: Client, visitor: Client, post: Post
) -> None:
    step = email(
        to="customer", subject="We missed you", name="second chance", single_use={"campaign": "again"}
    )
    missed = await a_booking(app, visitor)
    workflow = await a_workflow(app, "booking.no_show_marked", step, booking_link_id=missed["page"]["id"])
    assert (await app.put(f"/v1/bookings/{missed['id']}/no_show")).status == 200
    address = missed["link"]["contact"]["email"]
    letter = await post.for_(address, "We missed you")
    (token,) = letter.tokens
    booked = await _booked_by(app, visitor, missed["page"], token, address)
    (run,) = await ended(app, workflow)
    link = await link_now(app, {"id": booked["single_use_link_id"]})
    assert (link["status"], link["consumed_by_booking_id"]) == ("consumed", booked["id"])
    assert booked["source"] == {
        "channel": "workflow",
        "workflow_id": workflow["id"],
        "run_id": run["id"],
        "step": "second chance",
        "campaign": "again",
    }
    (done,) = run["history"]
    assert (done["outcome"], done["single_use_link_id"]) == ("done", link["id"])
    assert done["message_id"] == letter.message_id


@pytest.mark.parametrize("trigger", PROGRAMS)
async def test_another_system_tells_what_happened_and_the_link_it_sends_is_booked(
    app: Client, visitor: Client, post: Post, trigger: str
) -> None:
    page = await a_booking_link(app)
    workflow = await a_workflow(
        app,
        trigger,
        email(subject=f"{trigger} {{{{ data.stage }}}}", single_use={"booking_link_id": page["id"]}),
        condition={"field": "data.stage", "equals": "Qualified"},
    )
    contact = {"name": "Amara Okafor", "email": an_email()}
    told = await app.post(f"/v1/triggers/{trigger}", {"contact": contact, "data": {"stage": "Lost"}})
    assert (told.status, told.data["runs"]) == (201, [])
    told = await app.post(f"/v1/triggers/{trigger}", {"contact": contact, "data": {"stage": "Qualified"}})
    (begun,) = told.data["runs"]
    letter = await post.for_(contact["email"])
    assert letter.subject == f"{trigger} Qualified"
    booked = await _booked_by(app, visitor, page, letter.tokens[0], contact["email"])
    assert booked["source"]["run_id"] == begun["id"]
    assert booked["source"]["workflow_id"] == workflow["id"]
    assert len(post.to(contact["email"], trigger)) == 1


async def test_a_mail_names_its_workflow_and_app_and_says_what_a_program_brought(
    app: Client, post: Post
) -> None:
    page, contact = await a_booking_link(app), await a_contact(app)
    step = email(
        subject="{{ workflow.name }}", text="{{ app.name }}, {{ booking_link.title }}, {{ data.why }}"
    )
    workflow = await a_workflow(app, "booking.cancelled", step, name="Hello again", active=False)
    order = {"contact_id": contact["id"], "booking_link_id": page["id"], "data": {"why": "by hand"}}
    assert (await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).status == 201
    assert "Tests, Intro call, by hand" in (await post.for_(contact["email"], "Hello again")).text


async def test_every_run_makes_a_link_of_its_own(app: Client, post: Post) -> None:
    page, contact = await a_booking_link(app), await a_contact(app)
    workflow = await a_workflow(
        app, "sequence_step_due", email(), email(subject="And again"), booking_link_id=page["id"]
    )
    for _ in range(2):
        order = {"contact_id": contact["id"], "booking_link_id": page["id"]}
        assert (await app.post(f"/v1/workflows/{workflow['id']}/runs", order)).status == 201
    runs = await ended(app, workflow, 2)
    assert [run["state"] for run in runs] == ["done", "done"]
    tokens = [token for letter in post.to(contact["email"]) for token in letter.tokens]
    assert len(set(tokens)) == 4


async def test_the_same_key_begins_one_run_and_another_body_none(app: Client, post: Post) -> None:
    page, contact = await a_booking_link(app), await a_contact(app)
    workflow = await a_workflow(app, "dispatch_visit_due", booking_link_id=page["id"])
    order = {"contact_id": contact["id"], "booking_link_id": page["id"]}
    for path in ("/v1/triggers/dispatch_visit_due", f"/v1/workflows/{workflow['id']}/runs"):
        key = f"visit-{path[-8:].strip('/')}-{contact['id']}"
        first, second = [await app.post(path, order, key=key) for _ in range(2)]
        assert first.data["id"] == second.data["id"]
        assert (await app.post(path, {**order, "data": {"a": 1}}, key=key)).refused == (
            422,
            "idempotency_key_reused",
        )
    assert len(await ended(app, workflow, 2)) == 2
    assert len(post.to(contact["email"])) == 2


async def test_somebody_who_is_no_contact_becomes_one_by_the_link_they_are_sent(
    app: Client, visitor: Client, post: Post
) -> None:
    missed = await a_public_booking(app, visitor)
    step = email(to="customer", subject="Sorry")
    await a_workflow(app, "booking.no_show_marked", step, booking_link_id=missed["page"]["id"])
    assert (await app.put(f"/v1/bookings/{missed['id']}/no_show")).status == 200
    letter = await post.for_(missed["customer"]["email"], "Sorry")
    booked = await _booked_by(app, visitor, missed["page"], letter.tokens[0], missed["customer"]["email"])
    assert booked["contact_id"] is not None
    assert missed["contact_id"] is None


async def test_a_cancelled_booking_is_followed_by_another_chance(
    app: Client, visitor: Client, post: Post
) -> None:
    gone = await a_booking(app, visitor)
    step = email(to="customer", subject="Another time")
    await a_workflow(app, "booking.cancelled", step, booking_link_id=gone["page"]["id"])
    assert (await app.put(f"/v1/bookings/{gone['id']}/cancel")).status == 200
    letter = await post.for_(gone["link"]["contact"]["email"], "Another time")
    assert len(letter.tokens) == 1
    assert (await link_now(app, gone["link"]))["status"] == "consumed"
