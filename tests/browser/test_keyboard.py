"""The month as a date grid, and a booking without a mouse."""

from playwright.async_api import expect

from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

FOCUSED_DAY = "document.activeElement.dataset.day"


async def tab_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(30):
        await visitor.page.keyboard.press("Tab")
        if await visitor.page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"Tab does not lead to {selector}")


async def test_booking_needs_no_mouse(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    await visitor.open(f"/book/{page['slug']}")
    await expect(visitor.times.first).to_be_visible()
    await tab_to(visitor, "#days button")
    await visitor.page.keyboard.press("ArrowRight")
    await visitor.page.keyboard.press("Enter")
    day = await visitor.page.evaluate(FOCUSED_DAY)
    await tab_to(visitor, "#times-list button")
    await visitor.page.keyboard.press("Enter")
    await tab_to(visitor, "#name")
    await visitor.page.keyboard.type("Ada Lovelace")
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.type("ada@example.com")
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.get_by_role("heading", name="Your booking is confirmed")).to_be_focused()
    [booking] = await desk.bookings(page)
    assert booking["start"].startswith(day)


async def test_arrow_keys_move_by_day_week_and_month_from_one_tab_stop(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link(maximum_days_ahead=200)
    await visitor.open(f"/book/{page['slug']}")
    await expect(visitor.times.first).to_be_visible()
    await visitor.page.get_by_role("button", name="Next month").click()
    await expect(visitor.page.locator("#days [data-free]").nth(20)).to_be_visible()
    assert await visitor.page.locator("#days [tabindex='0']").count() == 1
    await visitor.page.locator("#days [data-day$='-14']").focus()
    month = (await visitor.page.evaluate(FOCUSED_DAY))[:7]
    for key, day in (("ArrowRight", 15), ("ArrowDown", 22), ("ArrowLeft", 21), ("ArrowUp", 14)):
        await visitor.page.keyboard.press(key)
        assert await visitor.page.evaluate(FOCUSED_DAY) == f"{month}-{day}"
    await visitor.page.keyboard.press("Home")
    assert await visitor.page.evaluate(f"new Date({FOCUSED_DAY}).getUTCDay()") == 1
    await visitor.page.keyboard.press("End")
    assert await visitor.page.evaluate(f"new Date({FOCUSED_DAY}).getUTCDay()") == 0
    await visitor.page.keyboard.press("PageDown")
    assert (await visitor.page.evaluate(FOCUSED_DAY))[:7] > month
    await visitor.page.keyboard.press("PageUp")
    assert (await visitor.page.evaluate(FOCUSED_DAY))[:7] == month
    assert await visitor.page.locator("#days [tabindex='0']").count() == 1


async def test_days_are_spoken_in_full_and_those_without_times_cannot_be_chosen(
    desk: Desk, visitor: Visitor
) -> None:
    weekly = {"monday": [{"from": "09:00", "to": "10:00"}]}
    page = await desk.booking_link(schedule={"timezone": "Europe/Berlin", "weekly": weekly})
    await visitor.open(f"/book/{page['slug']}")
    await expect(visitor.times).to_have_count(2)
    heading = await visitor.page.locator("#times-title").inner_text()
    day = visitor.page.get_by_role("button", name=heading)
    await expect(day).to_have_accessible_name(f"{heading} {await year(visitor)}, 2 free times")
    closed = visitor.page.locator("#days [aria-disabled=true]").last
    await closed.focus()
    await visitor.page.keyboard.press("Enter")
    await expect(visitor.page.locator("#times-title")).to_have_text(heading)


async def year(visitor: Visitor) -> str:
    return (await visitor.page.locator("#month-title").inner_text()).split()[-1]
