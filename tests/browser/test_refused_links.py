"""Every way in which a link can be dead, before and while its page is open."""

from collections.abc import Awaitable, Callable

import pytest

from tests.browser.desk import Desk, Row
from tests.browser.visitor import Visitor

WORDS = {
    "link_expired": ("This link has expired.", "Ask Dana Reyes for a fresh one."),
    "link_revoked": ("This link has been withdrawn.", "Ask Dana Reyes for a fresh one."),
}
ENDINGS = [("link_expired", Desk.expire), ("link_revoked", Desk.revoke)]
End = Callable[[Desk, Row], Awaitable[None]]


@pytest.mark.parametrize(("code", "end"), ENDINGS)
async def test_dead_link_opens_a_page_that_says_why(
    desk: Desk, visitor: Visitor, code: str, end: End
) -> None:
    link = await desk.mint(await desk.booking_link())
    await end(desk, link)
    assert (await visitor.open(link["url"])).status == 410
    assert await visitor.code() == code
    await visitor.is_told(*WORDS[code])


@pytest.mark.parametrize(("code", "end"), ENDINGS)
async def test_link_that_dies_while_the_form_is_open_is_refused_and_says_why(
    desk: Desk, visitor: Visitor, code: str, end: End
) -> None:
    page = await desk.booking_link()
    link = await desk.mint(page)
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose()
    await end(desk, link)
    await visitor.submit()
    await visitor.sees(WORDS[code][0])
    await visitor.is_told(*WORDS[code])
    assert await visitor.code() == code
    assert await desk.bookings(page) == []


async def test_stored_token_of_a_dead_link_blocks_booking_and_says_why(desk: Desk, visitor: Visitor) -> None:
    link = await desk.mint(await desk.booking_link())
    await visitor.follow(link)
    await visitor.welcomed()
    await desk.revoke(link)
    await visitor.page.reload()
    await visitor.sees("This link has been withdrawn.")
    assert not await visitor.times.first.is_visible()


async def test_form_left_open_while_another_tab_books_is_refused_and_says_why(
    desk: Desk, visitor: Visitor
) -> None:
    page = await desk.booking_link()
    link = await desk.mint(page)
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.choose(0)
    other = await visitor.another_tab()
    await other.follow(link)
    await other.welcomed()
    await other.choose(1)
    await other.submit()
    await other.sees("Your booking is confirmed")
    await visitor.submit()
    await visitor.sees("This link has been used.")
    await visitor.is_told("It was made for one booking.", "Ask Dana Reyes for a fresh one.")
    assert await visitor.code() == "link_consumed"
    assert len(await desk.bookings(page)) == 1


async def test_unknown_link_says_how_it_may_have_been_lost(visitor: Visitor) -> None:
    assert (await visitor.open("/single-use/" + "A" * 43)).status == 404
    assert await visitor.code() == "link_unknown"
    await visitor.is_told("We do not know this link.", "ask the person who sent it for a fresh one")


async def test_token_of_another_page_is_ignored_on_a_public_one(desk: Desk, visitor: Visitor) -> None:
    link = await desk.mint(await desk.booking_link())
    public = await desk.booking_link()
    await visitor.follow(link)
    await visitor.welcomed()
    await visitor.open(f"/book/{public['slug']}")
    await visitor.choose()
    assert await visitor.page.get_by_label("Email").input_value() == ""
    await visitor.fill("Ada Lovelace", "ada@example.com")
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")
    [booking] = await desk.bookings(public)
    assert booking["single_use_link_id"] is None
    assert (await desk.link(link))["status"] == "open"


async def test_page_by_invitation_shows_its_times_but_asks_for_a_personal_link(
    desk: Desk, visitor: Visitor
) -> None:
    page = await desk.booking_link(access="single_use_only")
    await visitor.open(f"/book/{page['slug']}")
    await visitor.is_told("You need a personal link to book.", "ask Dana Reyes for one")
    await visitor.times.first.click()
    await visitor.sees("You need a personal link to book.")
    await visitor.page.get_by_role("button", name="Back to the times").click()
    await visitor.follow(await desk.mint(page))
    await visitor.welcomed()
    await visitor.choose()
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")
