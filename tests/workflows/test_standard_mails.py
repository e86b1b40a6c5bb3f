"""What every app's customers and hosts are told without anybody having set it up."""

from typing import Any

from tests.eventually import eventually
from tests.faults.records import fetch
from tests.stack import Stack
from tests.system.client import Client
from tests.system.following import now
from tests.system.making import a_booking_link, a_link, an_email, book_with, free_times
from tests.workflows.making import a_booking, a_workflow, ended
from tests.workflows.post import Letter, Post


def _path(address: str) -> str:
    return "/" + address.split("/", 3)[3]


def _meeting(letter: Letter) -> tuple[str, str, int, Any]:
    """Method, UID, SEQUENCE and start of the invitation in it."""
    calendar = letter.invitation
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), str(event["UID"]), event.decoded("SEQUENCE"), event.decoded("DTSTART")


async def test_one_meeting_stays_one_in_the_calendar_while_it_is_moved_and_called_off(
    app: Client, visitor: Client, post: Post
) -> None:
    booking = await a_booking(app, visitor)
    customer, host = booking["link"]["contact"]["email"], booking["host"]["email"]
    confirmed = await post.for_(customer, "Confirmed")
    to_host = await post.for_(host, "New booking")
    start = (await free_times(app, booking["page"]))[5]
    moved = await visitor.post(_path(confirmed.address("reschedule_by_customer")), {"start": start})
    assert moved.status == 200, moved.text
    told, told_host = await post.for_(customer, "New time"), await post.for_(host, "New time")
    successor = (await now(app, booking))["rescheduled_to"]
    assert (await app.put(f"/v1/bookings/{successor}/cancel")).status == 200
    gone, gone_host = await post.for_(customer, "Cancelled"), await post.for_(host, "Cancelled")
    for letters in ((confirmed, told, gone), (to_host, told_host, gone_host)):
        methods, uids, sequences, starts = zip(*map(_meeting, letters), strict=True)
        assert methods == ("REQUEST", "REQUEST", "CANCEL")
        assert len(set(uids)) == 1
        assert sequences[0] < sequences[1] < sequences[2]
        assert starts[1] == starts[2] != starts[0]
    # Nobody is told that the moved meeting is confirmed: they know by the mail of the move.
    assert len(post.to(customer, "Confirmed")) == len(post.to(host, "New booking")) == 1


async def test_a_host_confirms_by_the_link_in_their_mail(app: Client, visitor: Client, post: Post) -> None:
    asked = await a_booking(app, visitor, graph="confirm_decline")
    customer, host = asked["link"]["contact"]["email"], asked["host"]["email"]
    assert "text/calendar" not in (await post.for_(customer, "Requested")).types
    request = await post.for_(host, "Please confirm")
    assert "decline" in request.text
    done = await visitor.post(_path(request.address("/confirm?")), {})
    assert done.status == 200
    assert (await now(app, asked))["state"] == "confirmed"
    assert _meeting(await post.for_(customer, "Confirmed"))[0] == "REQUEST"


async def test_a_declined_customer_is_told(app: Client, visitor: Client, post: Post) -> None:
    asked = await a_booking(app, visitor, graph="confirm_decline")
    request = await post.for_(asked["host"]["email"], "Please confirm")
    assert (await visitor.post(_path(request.address("/decline?")), {})).status == 200
    await post.for_(asked["link"]["contact"]["email"], "Not confirmed")


async def test_a_strict_links_confirmation_goes_to_the_address_that_it_is_bound_to(
    app: Client, visitor: Client, post: Post
) -> None:
    page, bound = await a_booking_link(app), an_email()
    contact = {"name": "Amara Okafor", "email": bound}
    link = await a_link(app, page, contact=contact, strict_email_match=True)
    typed = bound.upper()
    booked = await book_with(visitor, page, link, email=f"  {typed} ")
    assert booked.status == 201, booked.text
    assert (await post.for_(bound, "Confirmed")).tokens == []
    assert post.to(typed) == []


async def test_names_and_titles_cannot_write_headers(app: Client, visitor: Client, post: Post) -> None:
    page = await a_booking_link(app, title="Tour 🎉 =?utf-8?q?=0d=0aBcc:_x@example.com?= Größe")
    link = await a_link(app, page)
    name = 'Eve, "the" <b@example.com>; =?utf-8?q?a=0d=0ab?= \u202e'
    booked = await book_with(visitor, page, link, name=name)
    assert booked.status == 201, booked.text
    letter = await post.for_(link["contact"]["email"], "Confirmed")
    assert letter.message["Bcc"] is None
    assert "Größe" in letter.subject
    assert [address.addr_spec for address in letter.message["To"].addresses] == [link["contact"]["email"]]


async def test_nobody_is_written_to_who_was_erased(
    app: Client, visitor: Client, post: Post, working: Stack
) -> None:
    booking = await a_booking(app, visitor)
    address = booking["link"]["contact"]["email"]
    await post.for_(address, "Confirmed")
    steps = (
        {"type": "wait", "minutes": 60},
        {"type": "email", "to": "customer", "subject": "Never sent", "text": "T"},
    )
    page = booking["page"]["id"]
    workflow = await a_workflow(app, "booking.no_show_marked", *steps, booking_link_id=page)
    assert (await app.put(f"/v1/bookings/{booking['id']}/no_show")).status == 200

    async def waits() -> Any:
        query = "select id from runs where workflow_id = $1 and state = 'waiting'"
        return await fetch(working.dsn["workflows"], query, workflow["id"])

    (run,) = await eventually(waits)
    contact_id = booking["contact_id"]
    assert (await app.ask("DELETE", f"/v1/contacts/{contact_id}")).status == 200
    turn = "update runs set due_at = now() - interval '1 minute' where id = $1"
    await fetch(working.dsn["workflows"], turn, run[0])
    await fetch(working.dsn["workflows"], "update pgqueuer set execute_after = now() where status = 'queued'")
    (over,) = await ended(app, workflow)
    assert (over["state"], over["because"]) == ("stopped", "there is no address of the customer to write to")
    assert post.to(address, "Never sent") == []
