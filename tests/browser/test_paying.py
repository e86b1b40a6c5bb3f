"""Somebody pays in a real browser, at the sandbox: on the way there, and back."""

from playwright.async_api import expect

from tests.browser import states
from tests.browser.conftest import NewVisitor
from tests.browser.desk import Desk, Row
from tests.browser.visitor import Visitor
from tests.eventually import eventually

PRICE = {"amount": 4000, "currency": "EUR"}


async def at_the_checkout(desk: Desk, visitor: Visitor, **fields: object) -> tuple[Row, Row]:
    page = await desk.booking_link(**{"graph": "instant_payment", "price": PRICE, **fields})
    link = await desk.mint(page)
    await visitor.follow(link)
    await visitor.welcomed()
    await expect(visitor.page.locator("#price")).to_have_text("€40.00")
    await visitor.choose()
    await visitor.submit()
    await visitor.page.wait_for_url("**/pay/**")
    return page, link


async def test_paying_confirms_the_booking_and_spends_the_link(desk: Desk, visitor: Visitor) -> None:
    page, link = await at_the_checkout(desk, visitor)
    await visitor.press("Pay €40.00")
    await visitor.sees("Your booking is confirmed.")
    await visitor.is_told("€40.00 is paid.")
    assert await visitor.token() is None
    assert (await desk.link(link))["status"] == "consumed"
    [booking] = await desk.bookings(page)
    assert booking["state"] == "confirmed"


async def test_a_declined_card_can_be_tried_again(desk: Desk, visitor: Visitor) -> None:
    await at_the_checkout(desk, visitor)
    await visitor.press("Have the card declined")
    await visitor.is_told("Your card was declined.")
    await visitor.press("Pay €40.00")
    await visitor.sees("Your booking is confirmed.")


async def test_who_leaves_without_paying_keeps_the_link_and_can_still_pay(
    desk: Desk, visitor: Visitor
) -> None:
    _, link = await at_the_checkout(desk, visitor)
    await visitor.press("Leave without paying")
    await visitor.sees("Your time is held until")
    assert await visitor.token() == link["token"]
    await visitor.page.get_by_role("link", name="Pay €40.00").click()
    await visitor.press("Pay €40.00")
    await visitor.sees("Your booking is confirmed.")


async def test_who_gives_the_time_up_can_book_another_with_the_same_link(
    desk: Desk, visitor: Visitor
) -> None:
    page, link = await at_the_checkout(desk, visitor)
    await visitor.press("Leave without paying")
    await visitor.page.get_by_role("link", name="Give up this time").click()
    await visitor.press("Cancel the booking")
    await visitor.sees("The booking is cancelled.")
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose(3)
    await visitor.submit()
    await visitor.page.wait_for_url("**/pay/**")
    await visitor.press("Pay €40.00")
    await visitor.sees("Your booking is confirmed.")
    assert sorted(one["state"] for one in await desk.bookings(page)) == ["cancelled_by_customer", "confirmed"]


async def test_a_request_is_told_that_its_money_is_only_reserved(desk: Desk, visitor: Visitor) -> None:
    page, _ = await at_the_checkout(desk, visitor, graph="confirm_decline_payment")
    await visitor.press("Pay €40.00")
    await visitor.sees("Your request is sent.")
    await visitor.is_told("€40.00 is reserved.")
    assert await visitor.token() is None
    [booking] = await desk.bookings(page)
    await desk.call("PUT", f"/v1/bookings/{booking['id']}/confirm")
    await visitor.page.reload()
    await visitor.sees("Your booking is confirmed.")


async def test_the_page_tells_by_itself_that_the_hold_is_over(desk: Desk, visitor: Visitor) -> None:
    page, _ = await at_the_checkout(desk, visitor)
    await visitor.press("Leave without paying")
    await visitor.sees("Your time is held until")
    await desk.end_hold(page)
    await visitor.sees("Your time is no longer held.")
    await visitor.page.get_by_role("link", name="Choose another time").click()
    await expect(visitor.times.first).to_be_visible()


async def test_money_that_came_too_late_is_said_to_go_back(desk: Desk, visitor: Visitor) -> None:
    await states.paid_too_late(desk, visitor)
    await visitor.is_told("Your bank lifts the reservation")


async def test_paying_needs_no_script_once_the_time_is_chosen(
    desk: Desk, new_visitor: NewVisitor, visitor: Visitor
) -> None:
    await at_the_checkout(desk, visitor)
    plain = await new_visitor(desk.gateway, java_script_enabled=False)
    await plain.open(visitor.page.url)
    await plain.press("Pay €40.00")
    await plain.sees("Your booking is confirmed.")

    async def told_here_too() -> bool:
        await visitor.page.reload()
        return "This is paid." in await visitor.page.inner_text("main")

    await eventually(told_here_too)


async def test_somebody_else_with_the_link_is_told_until_when_it_is_in_use(
    desk: Desk, new_visitor: NewVisitor, visitor: Visitor
) -> None:
    _, link = await at_the_checkout(desk, visitor)
    colleague = await new_visitor(desk.gateway)
    await colleague.follow(link)
    await colleague.welcomed()
    await colleague.choose(2)
    await colleague.fill("Alan Turing", "alan@example.com")
    await colleague.submit()
    await colleague.is_told(
        "This link is in use right now.", "It may be free again at", "if that booking is not paid"
    )
