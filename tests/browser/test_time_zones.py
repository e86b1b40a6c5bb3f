"""Times in the visitor's own zone, changeable, and never ambiguous."""

from datetime import UTC, date, datetime, timedelta

from playwright.async_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor


async def change_zone(visitor: Visitor, search: str) -> None:
    await visitor.page.get_by_role("button", name="Time zone").click()
    await visitor.page.get_by_role("combobox", name="Time zone").fill(search)
    await visitor.page.keyboard.press("Enter")


async def test_changed_zone_shows_the_same_times_by_another_clock(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    await visitor.open(f"/book/{page['slug']}")
    await expect(visitor.page.locator("#times-zone")).to_contain_text("Berlin time")
    await visitor.page.locator("#days [data-free]").nth(1).click()
    first = visitor.times.first
    await expect(first).to_have_text("09:00")
    start = await first.get_attribute("data-start") or ""
    await change_zone(visitor, "tokyo")
    await expect(visitor.page.locator("#times-zone")).to_have_text("Tokyo time (GMT+9)")
    same = visitor.page.locator(f"[data-start='{start}']")
    await expect(same).to_have_text("16:00" if start == f"{start[:10]}T07:00:00Z" else "17:00")
    await same.click()
    await visitor.fill()
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")
    await visitor.is_told("Tokyo time (GMT+9)")
    [booking] = await desk.bookings(page)
    assert (booking["start"], booking["timezone"]) == (start, "Asia/Tokyo")


async def test_city_is_found_by_its_present_name(desk: Desk, visitor: Visitor) -> None:
    page = await desk.booking_link()
    await visitor.open(f"/book/{page['slug']}")
    await change_zone(visitor, "kathmandu")
    await expect(visitor.page.locator("#times-zone")).to_have_text("Kathmandu time (GMT+5:45)")


async def test_american_visitor_reads_an_american_clock(desk: Desk, new_visitor: NewVisitor) -> None:
    page = await desk.booking_link()
    visitor = await new_visitor(desk.gateway, locale="en-US", timezone_id="America/New_York")
    await visitor.open(f"/book/{page['slug']}")
    await visitor.page.locator("#days [data-free]").nth(1).click()
    await expect(visitor.times.first).to_have_text("3:00 AM")
    await expect(visitor.page.locator("#days th").first).to_contain_text("Sunday")


async def test_both_passes_of_a_repeated_hour_can_be_told_apart(desk: Desk, visitor: Visitor) -> None:
    night = clocks_go_back(datetime.now(UTC).date())
    only = [{"date": night.isoformat(), "hours": [{"from": "01:00", "to": "04:00"}]}]
    page = await desk.booking_link(
        duration_minutes=60,
        maximum_days_ahead=400,
        schedule={"timezone": "Europe/Berlin", "weekly": {}, "overrides": only},
    )
    await visitor.open(f"/book/{page['slug']}")
    await visitor.page.get_by_role("button", name="Next free time").click()
    await expect(visitor.page.locator("#times-zone")).to_have_text("Berlin time (GMT+2, then GMT+1)")
    await expect(visitor.times).to_have_text(["01:00", "02:00 GMT+2", "02:00 GMT+1", "03:00"])
    await visitor.choose(2)
    await visitor.is_told("Berlin time (GMT+1)")


def clocks_go_back(today: date) -> date:
    """The next last Sunday of October, at least a week and not the shown two months away."""
    for year in (today.year, today.year + 1):
        last = date(year, 10, 31)
        sunday = last - timedelta(days=(last.weekday() + 1) % 7)
        if sunday > today + timedelta(days=70):
            return sunday
    return clocks_go_back(today.replace(year=today.year + 1, month=1, day=1))
