"""Action links as people click them: asked first, told afterwards, with and without JavaScript."""

import asyncio
from datetime import datetime

import pytest
from playwright.async_api import Request, Route, expect

from tests.browser.conftest import NewVisitor
from tests.browser.desk import Desk, Row
from tests.browser.visitor import Visitor

CANCEL = "cancel_by_customer"
MOVE = "reschedule_by_customer"


def _address(booking: Row, action: str) -> str:
    found: str = (booking["customer_action_links"] | booking["action_links"])[action]
    return found


async def _press(visitor: Visitor, name: str) -> None:
    await visitor.page.get_by_role("button", name=name).click()


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_customer_is_asked_cancels_and_is_told(
    desk: Desk, new_visitor: NewVisitor, scripts: bool
) -> None:
    visitor = await new_visitor(desk.gateway, java_script_enabled=scripts)
    booking = await desk.booking()
    assert (await visitor.open(_address(booking, CANCEL))).status == 200
    await visitor.is_told(
        "Cancel this booking?", "Intro call", "with Dana Reyes", "Berlin time", "Grace Hopper"
    )
    assert (await desk.read(booking["id"]))["state"] == "confirmed"
    await _press(visitor, "Cancel the booking")
    await visitor.is_told("The booking is cancelled.", "The time is free for others again.")
    assert (await desk.read(booking["id"]))["state"] == "cancelled_by_customer"
    again = await visitor.open(_address(booking, CANCEL))
    assert (again.status, again.headers["action-link-status"]) == (200, "replayed")
    await visitor.is_told("The booking is cancelled.")


async def test_reloading_after_acting_tells_the_same(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking()
    await visitor.open(_address(booking, CANCEL))
    await _press(visitor, "Cancel the booking")
    await visitor.sees("The booking is cancelled.")
    await visitor.page.reload()
    await visitor.sees("The booking is cancelled.")


async def test_a_host_confirms_and_may_change_their_mind_by_another_link(
    desk: Desk, visitor: Visitor
) -> None:
    booking = await desk.booking(graph="confirm_decline")
    await visitor.open(_address(booking, "confirm"))
    await visitor.is_told("Confirm this booking?", "Grace Hopper", booking["customer"]["email"])
    await _press(visitor, "Confirm the booking")
    await visitor.is_told("The booking is confirmed.", booking["customer"]["email"])
    late = await visitor.open(_address(booking, "decline"))
    assert (late.status, await visitor.code()) == (409, "action_not_available")
    await visitor.is_told("This booking was confirmed already.", "Nothing was changed.")


async def test_a_visitor_requests_a_booking_and_the_host_confirms_it(desk: Desk, visitor: Visitor) -> None:
    link = await desk.mint(page := await desk.booking_link(graph="confirm_decline"))
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose()
    await visitor.is_told("Dana Reyes confirms each booking. Your time is held until then.")
    await _press(visitor, "Request booking for")
    await visitor.sees("Your request is sent")
    assert await visitor.token() is None
    assert (await desk.link(link))["status"] == "open"
    [booking] = await desk.bookings(page)
    host = await visitor.another_tab()
    await host.open(_address(await desk.read(booking["id"]), "confirm"))
    await _press(host, "Confirm the booking")
    await host.sees("The booking is confirmed.")
    assert (await desk.link(link))["consumed_by_booking_id"] == booking["id"]


async def test_a_customer_chooses_a_new_time(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking()
    requests: list[Request] = []
    visitor.page.on("request", lambda request: requests.append(request))
    await visitor.open(_address(booking, MOVE))
    await visitor.is_told("Choose a new time", "Booked for", "Nothing has changed yet.")
    start = await visitor.times.nth(7).get_attribute("data-start")
    await visitor.times.nth(7).click()
    await visitor.sees("Move the booking to this time?")
    await _press(visitor, "Move the booking")
    await visitor.sees("The booking is moved.")
    left = await desk.read(booking["id"])
    became = await desk.read(left["rescheduled_to"])
    assert (left["state"], became["start"], became["state"]) == (
        "rescheduled_by_customer",
        start,
        "confirmed",
    )
    assert not any("/book/" in request.url for request in requests if "/static/" not in request.url)
    await visitor.page.get_by_role("link", name="Cancel it").click()
    await _press(visitor, "Cancel the booking")
    await visitor.sees("The booking is cancelled.")
    assert (await desk.read(became["id"]))["state"] == "cancelled_by_customer"


async def test_a_new_time_can_be_chosen_without_javascript(desk: Desk, new_visitor: NewVisitor) -> None:
    visitor = await new_visitor(desk.gateway, java_script_enabled=False)
    booking = await desk.booking()
    await visitor.open(_address(booking, MOVE))
    chosen = visitor.page.get_by_role("radio").nth(9)
    start = await chosen.get_attribute("value")
    await chosen.check()
    await _press(visitor, "Move the booking")
    await visitor.sees("The booking is moved.")
    became = await desk.read((await desk.read(booking["id"]))["rescheduled_to"])
    assert datetime.fromisoformat(became["start"]) == datetime.fromisoformat(str(start))


async def test_by_keyboard_back_leads_to_the_times_again(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking()
    await visitor.open(_address(booking, MOVE))
    await visitor.times.nth(2).focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator("#chosen-title")).to_be_focused()
    await visitor.page.get_by_role("button", name="Back").press("Enter")
    await expect(visitor.times.nth(2)).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    await visitor.page.get_by_role("button", name="Move the booking").press("Enter")
    await visitor.sees("The booking is moved.")


async def test_a_time_that_is_taken_meanwhile_is_said_and_another_can_be_chosen(
    desk: Desk, visitor: Visitor
) -> None:
    booking = await desk.booking()
    [page] = [
        row
        for row in (await desk.call("GET", "/v1/booking-links"))["data"]
        if row["id"] == booking["booking_link_id"]
    ]
    await visitor.open(_address(booking, MOVE))
    start = await visitor.times.nth(6).get_attribute("data-start")
    await visitor.times.nth(6).click()
    await desk.take(page, str(start))
    await _press(visitor, "Move the booking")
    await visitor.is_told("That time is no longer free.", "Choose another one.")
    await visitor.times.nth(1).click()
    await _press(visitor, "Move the booking")
    await visitor.sees("The booking is moved.")


async def test_afterwards_the_browser_goes_where_the_link_leads(desk: Desk, visitor: Visitor) -> None:
    """Under the page's policy, which lets a form lead to the redirect's origin and nowhere else."""
    thanks = "https://thanks.example"

    async def thank(route: Route) -> None:
        await route.fulfill(body="<h1>Thank you</h1>", content_type="text/html")

    await visitor.page.route(f"{thanks}/**", thank)
    booking = await desk.booking()
    order = {"booking_id": booking["id"], "action": CANCEL, "redirect": f"{thanks}/gone"}
    made = (await desk.call("POST", "/v1/action-links", order))["data"]
    await visitor.open(made["url"])
    await _press(visitor, "Cancel the booking")
    await visitor.page.wait_for_url(f"{thanks}/gone")
    await visitor.sees("Thank you")


async def test_a_scanner_that_runs_scripts_and_stays_changes_nothing(
    desk: Desk, new_visitor: NewVisitor
) -> None:
    booking = await desk.booking(graph="confirm_decline")
    scanner = await new_visitor(desk.gateway)
    both = [scanner, await scanner.another_tab()]
    for visitor, action in zip(both, ("confirm", "decline"), strict=True):
        await visitor.open(_address(booking, action))
    await asyncio.gather(*(visitor.page.wait_for_timeout(5000) for visitor in both))
    for visitor, question in zip(both, ("Confirm this booking?", "Decline this booking?"), strict=True):
        await visitor.sees(question)
    assert (await desk.read(booking["id"])) == booking
