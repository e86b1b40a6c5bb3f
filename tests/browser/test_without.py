"""Browsers that refuse something."""

from playwright.async_api import expect

from tests.browser.conftest import NewVisitor
from tests.browser.desk import Desk
from tests.browser.visitor import Visitor

NO_STORAGE = """
    Object.defineProperty(window, "sessionStorage", {
      get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
    });
"""


async def test_refused_storage_carries_the_token_in_the_fragment_and_takes_it_away(
    desk: Desk, visitor: Visitor
) -> None:
    await visitor.page.add_init_script(NO_STORAGE)
    link = await desk.mint(page := await desk.booking_link())
    fragment = f"#single_use_token={link['token']}"
    async with visitor.page.expect_event("framenavigated", lambda frame: frame.url.endswith(fragment)):
        await visitor.follow(link)
    await visitor.welcomed()
    assert visitor.page.url == f"{visitor.gateway}/book/{page['slug']}"
    await visitor.choose()
    await visitor.submit()
    await visitor.sees("Your booking is confirmed")
    assert (await desk.link(link))["status"] == "consumed"


async def test_without_javascript_both_pages_say_what_to_do(desk: Desk, new_visitor: NewVisitor) -> None:
    link = await desk.mint(page := await desk.booking_link())
    visitor = await new_visitor(desk.gateway, java_script_enabled=False)
    await visitor.open(link["url"])
    await expect(visitor.page.locator("noscript h1")).to_be_visible()
    await expect(visitor.page.locator("noscript p")).to_contain_text("Turn JavaScript on")
    await visitor.open(f"/book/{page['slug']}")
    await expect(visitor.page.locator("noscript h2")).to_be_visible()
    await expect(visitor.page.locator("noscript p")).to_contain_text("ask Dana Reyes to book for you")
    await expect(visitor.page.locator("#pick")).to_be_hidden()
    assert (await desk.link(link))["status"] == "open"
