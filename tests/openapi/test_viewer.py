"""`/docs` in a real browser: nothing from elsewhere, nothing refused by the policy, and it works."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.browser.launch import HABITS, chromium
from tests.openapi.documents import PUBLIC, calls
from tests.stack import Stack


def _is_complaint(said: ConsoleMessage) -> bool:
    """Not a refused request: that one was asked for."""
    return said.type in ("warning", "error") and "status of 401" not in said.text


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest.fixture
async def page(browser: Browser, stack: Stack) -> AsyncIterator[Page]:
    """The viewer, read to the end; whatever the browser complains of fails the test."""
    context = await browser.new_context(**HABITS, viewport={"width": 1280, "height": 900})
    opened, complaints, asked = await context.new_page(), [], []
    opened.on("console", lambda said: complaints.append(said.text) if _is_complaint(said) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("request", lambda request: asked.append(request.url))
    await opened.goto(f"{stack.gateway}/docs")
    await expect(opened.locator(".opblock")).to_have_count(len(calls(PUBLIC)))
    yield opened
    await context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith((f"{stack.gateway}/", "data:", "blob:"))] == []


async def _opened(page: Page, words: str) -> Locator:
    """The part of the page about one call, folded out."""
    call = page.locator(".opblock", has_text=words)
    await call.locator(".opblock-summary-control").click()
    await expect(call.locator(".opblock-body")).to_be_visible()
    return call


async def test_every_call_is_listed_under_its_words(page: Page) -> None:
    listed = await page.locator(".opblock-summary-description").all_inner_texts()
    told = [PUBLIC["paths"][path][method]["summary"] for method, path in calls(PUBLIC)]
    assert sorted(listed) == sorted(told)
    headings = await page.locator(".opblock-tag > a").all_inner_texts()
    assert headings == [tag["name"] for tag in PUBLIC["tags"]]
    await expect(page.locator(".info a[href='/openapi.json']")).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
async def test_nothing_is_wider_than_a_phone(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 800})
    for words in ("Make a booking link", "List single-use links", "Book a free time, with"):
        await _opened(page, words)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_call_can_be_tried_with_an_api_key(page: Page, api_key: str) -> None:
    await page.get_by_role("button", name="Authorize").click()
    bearer = page.locator(".auth-container", has_text="bearer")
    await bearer.locator("input").fill(api_key)
    await bearer.get_by_role("button", name="Apply credentials").click()
    await page.get_by_role("button", name="Close").last.click()
    call = await _opened(page, "Make a contact")
    await call.locator("textarea").fill('{"name": "Viola Reader", "email": "viola.reader@example.com"}')
    await call.get_by_role("button", name="Execute").click()
    live = call.locator(".live-responses-table")
    await expect(live.locator(".response-col_status").last).to_contain_text("201")
    await expect(live).to_contain_text('"name": "Viola Reader"')


async def test_without_a_key_a_call_that_is_tried_is_refused_in_words(page: Page) -> None:
    call = await _opened(page, "Read the app")
    await call.get_by_role("button", name="Execute").click()
    await expect(call.locator(".live-responses-table")).to_contain_text("unauthorized")
