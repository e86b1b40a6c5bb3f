"""Every state that a visitor can find the pages in, reached as a visitor reaches it."""

from collections.abc import Awaitable, Callable

from playwright.async_api import expect

from tests.browser.desk import Desk, Row
from tests.browser.visitor import Visitor

QUESTIONS = [
    {"key": "topic", "label": "Topic", "type": "textarea"},
    {"key": "size", "label": "Size", "type": "select", "required": True, "options": ["Small", "Big"]},
    {"key": "phone", "label": "Phone", "type": "phone"},
    {"key": "agree", "label": "I agree", "type": "checkbox", "required": True},
]


async def choosing(desk: Desk, visitor: Visitor, **fields: object) -> None:
    page = await desk.booking_link(**fields)
    await visitor.follow(await desk.mint(page, strict_email_match=True))
    await visitor.welcomed()
    await expect(visitor.times.first).to_be_visible()


async def asking_for_details(desk: Desk, visitor: Visitor) -> None:
    await choosing(desk, visitor, questions=QUESTIONS, branding={"accent_color": "#facc15"})
    await visitor.choose()


async def pointing_at_mistakes(desk: Desk, visitor: Visitor) -> None:
    await asking_for_details(desk, visitor)
    await visitor.page.get_by_label("Name").fill("")
    await visitor.submit()
    await visitor.is_told("Enter your name.")


async def cut_off(desk: Desk, visitor: Visitor) -> None:
    await choosing(desk, visitor)
    await visitor.choose()
    await visitor.page.context.set_offline(True)
    await visitor.submit()
    await visitor.is_told("We could not get through.")


async def told_that_a_time_is_taken(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link(branding={"accent_color": "#ffffff"})
    await visitor.follow(await desk.mint(page))
    await visitor.welcomed()
    start = await visitor.choose()
    await desk.take(page, start)
    await visitor.submit()
    await expect(visitor.page.locator("#banner")).to_be_visible()
    await expect(visitor.times.first).to_be_visible()


async def in_a_month_without_times(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link(schedule={"timezone": "UTC", "weekly": {}})
    await visitor.open(f"/book/{page['slug']}")
    await expect(visitor.page.get_by_role("button", name="Next free time")).to_be_visible()


async def without_the_times(desk: Desk, visitor: Visitor) -> None:
    await visitor.page.route("**/slots?**", lambda route: route.abort())
    await visitor.open(f"/book/{(await desk.booking_link())['slug']}")
    await visitor.sees("The times did not load")


async def choosing_a_zone(desk: Desk, visitor: Visitor) -> None:
    await choosing(desk, visitor)
    await visitor.page.get_by_role("button", name="Time zone").click()
    await visitor.page.get_by_role("combobox").fill("berlin")
    await expect(visitor.page.get_by_role("option", selected=True)).to_be_visible()


async def asked_for_a_personal_link(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link(access="single_use_only", branding={"accent_color": "#000000"})
    await visitor.open(f"/book/{page['slug']}")
    await visitor.times.first.click()
    await visitor.sees("You need a personal link to book.")


async def booked(desk: Desk, visitor: Visitor) -> None:
    await choosing(desk, visitor)
    await visitor.choose()
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")


async def at_a_dead_link(desk: Desk, visitor: Visitor) -> None:
    link = await desk.mint(await desk.booking_link())
    await desk.revoke(link)
    await visitor.open(link["url"])


async def nowhere(desk: Desk, visitor: Visitor) -> None:
    await visitor.open("/book/nobody-here")


async def requested(desk: Desk, visitor: Visitor) -> None:
    await choosing(desk, visitor, graph="confirm_decline")
    await visitor.choose()
    await visitor.submit()
    await visitor.sees("Your request is sent")


async def asked_whether_to_cancel(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking(branding={"accent_color": "#7c3aed"})
    await visitor.open(booking["customer_action_links"]["cancel_by_customer"])
    await visitor.sees("Cancel this booking?")


async def cancelled(desk: Desk, visitor: Visitor) -> None:
    await asked_whether_to_cancel(desk, visitor)
    await visitor.page.get_by_role("button", name="Cancel the booking").click()
    await visitor.sees("The booking is cancelled.")


async def confirmed_by_the_host(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking(graph="confirm_decline", branding={"accent_color": "#facc15"})
    await visitor.open(booking["action_links"]["confirm"])
    await visitor.page.get_by_role("button", name="Confirm the booking").click()
    await visitor.sees("The booking is confirmed.")


async def choosing_a_new_time(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking()
    await visitor.open(booking["customer_action_links"]["reschedule_by_customer"])
    await expect(visitor.times.first).to_be_visible()


async def looking_at_the_new_time(desk: Desk, visitor: Visitor) -> None:
    await choosing_a_new_time(desk, visitor)
    await visitor.times.nth(5).click()
    await visitor.sees("Move the booking to this time?")


async def moved(desk: Desk, visitor: Visitor) -> None:
    await looking_at_the_new_time(desk, visitor)
    await visitor.page.get_by_role("button", name="Move the booking").click()
    await visitor.sees("The booking is moved.")


async def at_an_action_link_too_late(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking(title="A first talk about everything that matters")
    await desk.call("PUT", f"/v1/bookings/{booking['id']}/cancel")
    await visitor.open(booking["customer_action_links"]["cancel_by_customer"])
    await visitor.sees("This booking was cancelled already.")


async def at_an_action_link_that_is_none(desk: Desk, visitor: Visitor) -> None:
    booking = await desk.booking()
    await visitor.open(booking["customer_action_links"]["cancel_by_customer"][:-1])
    await visitor.sees("This link does not work.")


PRICE = {"amount": 4000, "currency": "EUR"}


async def at_the_checkout(desk: Desk, visitor: Visitor, graph: str = "instant_payment") -> Row:
    page = await desk.booking_link(graph=graph, price=PRICE, branding={"accent_color": "#7c3aed"})
    await visitor.follow(await desk.mint(page))
    await visitor.welcomed()
    await visitor.choose()
    await visitor.submit()
    await visitor.page.wait_for_url("**/pay/**")
    return page


async def on_the_way_to_pay(desk: Desk, visitor: Visitor) -> Row:
    page = await at_the_checkout(desk, visitor)
    await visitor.press("Leave without paying")
    await visitor.sees("Your time is held until")
    return page


async def already_holding_a_time(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link(graph="instant_payment", price=PRICE)
    link = await desk.mint(page)
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose()
    await visitor.submit()
    await visitor.page.wait_for_url("**/pay/**")
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose(3)
    await visitor.submit()
    await visitor.sees("You are already holding a time")


async def paid_and_confirmed(desk: Desk, visitor: Visitor) -> None:
    await at_the_checkout(desk, visitor)
    await visitor.press("Pay €40.00")
    await visitor.sees("Your booking is confirmed.")


async def paid_and_requested(desk: Desk, visitor: Visitor) -> None:
    await at_the_checkout(desk, visitor, "confirm_decline_payment")
    await visitor.press("Pay €40.00")
    await visitor.sees("Your request is sent.")


async def declined_at_the_checkout(desk: Desk, visitor: Visitor) -> None:
    await at_the_checkout(desk, visitor)
    await visitor.press("Have the card declined")
    await visitor.is_told("declined")


async def too_late_to_pay(desk: Desk, visitor: Visitor) -> None:
    page = await on_the_way_to_pay(desk, visitor)
    await desk.end_hold(page)
    await visitor.sees("Your time is no longer held.")


async def paid_too_late(desk: Desk, visitor: Visitor) -> None:
    page = await at_the_checkout(desk, visitor)
    await visitor.press("Pay too late")
    await visitor.sees("Your time is held until")
    await desk.end_hold(page)
    await visitor.sees("Your payment came too late.")


async def paid_for_a_withdrawn_link(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link(graph="instant_payment", price=PRICE)
    link = await desk.mint(page)
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose()
    await visitor.submit()
    await visitor.page.wait_for_url("**/pay/**")
    await desk.revoke(link)
    await visitor.press("Pay €40.00")
    await visitor.sees("The booking did not come about.")


State = Callable[[Desk, Visitor], Awaitable[object]]
STATES: list[State] = [
    choosing,
    asking_for_details,
    pointing_at_mistakes,
    cut_off,
    told_that_a_time_is_taken,
    in_a_month_without_times,
    without_the_times,
    choosing_a_zone,
    asked_for_a_personal_link,
    booked,
    at_a_dead_link,
    nowhere,
    requested,
    asked_whether_to_cancel,
    cancelled,
    confirmed_by_the_host,
    choosing_a_new_time,
    looking_at_the_new_time,
    moved,
    at_an_action_link_too_late,
    at_an_action_link_that_is_none,
    at_the_checkout,
    on_the_way_to_pay,
    already_holding_a_time,
    paid_and_confirmed,
    paid_and_requested,
    declined_at_the_checkout,
    too_late_to_pay,
    paid_too_late,
    paid_for_a_withdrawn_link,
]
