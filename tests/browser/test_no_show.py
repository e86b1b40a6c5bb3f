"""Marked as a no-show, sent a link, found in the mailbox, booked: the whole way in a browser."""

import re

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.visitor import Visitor
from tests.stack import Stack

TEXT = "Hello {{ contact.first_name }},\n\nhere is another chance.\n\nChoose a time: {{ single_use_url }}\n"


async def test_a_no_show_finds_another_chance_in_the_mail_and_books_it(
    desk: Desk, visitor: Visitor, stack: Stack
) -> None:
    missed = await desk.booking()
    address = missed["customer"]["email"]
    step = {
        "type": "email",
        "name": "another chance",
        "to": "customer",
        "subject": "We missed you",
        "text": TEXT,
        "single_use": {"expires_in_days": 7, "campaign": "no-show"},
    }
    fields = {"name": "After a no-show", "trigger": "booking.no_show_marked", "steps": [step]}
    narrowed = {**fields, "booking_link_id": missed["booking_link_id"]}
    workflow = (await desk.call("POST", "/v1/workflows", narrowed))["data"]
    await desk.call("PUT", f"/v1/bookings/{missed['id']}/no_show")

    inbox = f"{stack.urls['mailbox']}/?to={address}"
    await visitor.open(inbox)
    letter = visitor.page.get_by_role("link", name=re.compile("We missed you"))
    while not await letter.count():
        await visitor.open(inbox)
    await letter.click()
    button = visitor.page.frame_locator("iframe").get_by_role("link", name="Choose a time")
    async with visitor.page.context.expect_page() as opened:
        await button.click()
    booking_page = Visitor(await opened.value, stack.gateway)
    await booking_page.page.wait_for_url(re.compile("/book/"))
    await booking_page.welcomed()
    await booking_page.choose()
    await booking_page.submit()
    await booking_page.sees("Your booking is confirmed")
    await expect(booking_page.page.locator("main")).to_contain_text(address)

    page = {"id": missed["booking_link_id"]}
    booked = next(one for one in await desk.bookings(page) if one["id"] != missed["id"])
    (run,) = (await desk.call("GET", f"/v1/workflows/{workflow['id']}/runs"))["data"]
    assert booked["source"] == {
        "channel": "workflow",
        "workflow_id": workflow["id"],
        "run_id": run["id"],
        "step": "another chance",
        "campaign": "no-show",
    }
    link = await desk.link({"id": booked["single_use_link_id"]})
    assert (link["status"], link["consumed_by_booking_id"]) == ("consumed", booked["id"])
