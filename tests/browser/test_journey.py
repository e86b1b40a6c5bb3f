"""One contact, one link, one booking."""

from playwright.async_api import Request, Response, Route, expect

from tests.browser.axe import serious
from tests.browser.conftest import NewVisitor
from tests.browser.desk import Desk, desk_of
from tests.browser.visitor import Visitor
from tests.conftest import NewStack


async def book(visitor: Visitor) -> None:
    await visitor.choose()
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")


async def test_contact_opens_the_link_books_and_then_finds_it_dead(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    link = await desk.mint(page)
    await visitor.follow(link)
    assert await visitor.token() == link["token"]
    await visitor.welcomed()
    start = await visitor.choose(3)
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")
    await visitor.is_told("Grace Hopper", link["contact"]["email"], "Berlin time (GMT+")
    assert await visitor.token() is None

    [booking] = await desk.bookings(page)
    assert (booking["start"], booking["timezone"], booking["state"]) == (start, "Europe/Berlin", "confirmed")
    assert booking["customer"] == {"name": "Grace Hopper", "email": link["contact"]["email"]}
    assert (await desk.link(link))["consumed_by_booking_id"] == booking["id"]

    assert (await visitor.open(link["url"])).status == 410
    assert await visitor.code() == "link_consumed"
    await visitor.is_told(
        "This link has been used.", "It was made for one booking.", "Ask Dana Reyes for a fresh one."
    )


async def test_link_opened_ten_times_before_booking_stays_open(desk: Desk, visitor: Visitor) -> None:
    link = await desk.mint(await desk.booking_link())
    for _ in range(10):
        await visitor.follow(link)
    assert (await desk.link(link))["status"] == "open"
    await visitor.welcomed()
    await book(visitor)
    assert (await desk.link(link))["status"] == "consumed"


async def test_browser_finds_nothing_wrong_and_the_token_goes_nowhere_else(
    desk: Desk, visitor: Visitor
) -> None:
    link = await desk.mint(await desk.booking_link())
    requests: list[Request] = []
    answers: list[Response] = []
    visitor.page.on("request", lambda request: requests.append(request))
    visitor.page.on("response", lambda answer: answers.append(answer))
    await visitor.follow(link)
    await visitor.welcomed()
    await book(visitor)
    assert visitor.complaints == [answer.url for answer in answers if not answer.ok] == []
    assert [request.url for request in requests if link["token"] in request.url] == [link["url"]]
    assert {request.url.startswith(visitor.gateway) for request in requests} == {True}
    assert not any(request.headers.get("referer") for request in requests)


async def test_back_leads_from_the_form_to_the_times_and_keeps_what_was_typed(
    desk: Desk, visitor: Visitor
) -> None:
    page = await desk.booking_link()
    await visitor.open(f"/book/{page['slug']}")
    await visitor.choose()
    await visitor.fill("Ada Lovelace", "ada@example.com")
    await visitor.page.go_back()
    await visitor.choose(2)
    assert await visitor.page.get_by_label("Name").input_value() == "Ada Lovelace"
    await visitor.page.get_by_role("button", name="Back").click()
    await expect(visitor.times.nth(2)).to_be_focused()
    await visitor.page.go_forward()
    assert await visitor.page.get_by_label("Email").input_value() == "ada@example.com"


async def test_answer_lost_on_the_way_is_asked_for_again_and_books_once(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    await visitor.follow(await desk.mint(page))
    await visitor.welcomed()
    await visitor.choose()
    address = f"**/book/{page['slug']}"
    keys: list[str] = []

    async def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        await route.fetch()
        await route.abort()

    await visitor.page.route(address, lose)
    await visitor.submit()
    await visitor.is_told("We could not get through.", "Nothing was lost.", "You will not be booked twice.")
    await visitor.page.unroute(address)
    async with visitor.page.expect_request(address) as again:
        await visitor.submit()
    await visitor.sees("Your booking is confirmed")
    assert keys == [(await again.value).headers["idempotency-key"]]
    assert len(await desk.bookings(page)) == 1


async def test_outcome_settled_later_is_waited_for(new_stack: NewStack, new_visitor: NewVisitor) -> None:
    stack = await new_stack(tokens={"FAULTS": "claim.received:fail"})
    async with desk_of(stack) as desk:
        link = await desk.mint(await desk.booking_link())
        visitor = await new_visitor(stack.gateway)
        await visitor.follow(link)
        await visitor.welcomed()
        await visitor.choose()
        await visitor.submit()
        await visitor.sees("We are confirming your booking")
        assert await visitor.token() == link["token"]
        assert await serious(visitor.page) == []
        await stack.restart("tokens", FAULTS=None)
        await visitor.sees("Your booking is confirmed")
        assert await visitor.token() is None
        assert (await desk.link(link))["status"] == "consumed"
