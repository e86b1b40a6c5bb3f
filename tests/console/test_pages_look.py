"""Every page of the console, in each of its states: readable by all, in every width, light, and still."""

import pytest

from tests.browser.axe import serious
from tests.browser.visitor import Visitor
from tests.console.conftest import NewTab
from tests.console.firm import LIST, Firm
from tests.console.states_links import SETTINGS, Setting, full

HEAVIEST = 100_000
SHIFTS = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
})"""

WEIGHTS = """() => ["navigation", "resource"].flatMap((kind) =>
  performance.getEntriesByType(kind).map((one) => [one.name, one.decodedBodySize]))"""


async def _signed_in(firm: Firm, new_tab: NewTab) -> Visitor:
    tab = await new_tab()
    await tab.open(await firm.sign_in_path())
    await tab.press("Sign in")
    await tab.page.wait_for_url(f"**{LIST}")
    return tab


@pytest.mark.parametrize("setting", SETTINGS)
async def test_axe_finds_nothing_serious_and_no_page_is_wider_than_its_window(
    firm: Firm, new_tab: NewTab, setting: Setting
) -> None:
    tab = await _signed_in(firm, new_tab)
    await setting(firm, tab)
    assert await serious(tab.page) == []
    for width in (1600, 1280, 768, 390, 320):
        await tab.page.set_viewport_size({"width": width, "height": 700})
        assert await tab.page.evaluate("document.documentElement.scrollWidth") <= width, width
    assert await tab.page.evaluate(SHIFTS) < 0.02


async def test_a_full_list_is_light_with_all_that_it_loads(firm: Firm, new_tab: NewTab) -> None:
    tab = await _signed_in(firm, new_tab)
    for _ in range(3):
        await full(firm, tab)
    await tab.page.wait_for_load_state("networkidle")
    weights = dict(await tab.page.evaluate(WEIGHTS))
    assert len(weights) > 8
    assert sum(weights.values()) < HEAVIEST, weights


async def test_keyboard_goes_through_a_row_and_comes_back(firm: Firm, new_tab: NewTab) -> None:
    await firm.link()
    tab = await _signed_in(firm, new_tab)
    await tab.open(LIST)
    await tab.page.locator(".links th a").focus()
    focused = tab.page.locator(":focus")
    for name in ("Copy", "Extend", "Revoke", "Details"):
        await tab.page.keyboard.press("Tab")
        assert (await focused.inner_text()).strip() == name
    await tab.page.keyboard.press("Shift+Tab")
    await tab.page.keyboard.press("Enter")
    await tab.page.keyboard.press("Tab")
    assert await focused.inner_text() == "Revoke it"
    await tab.page.keyboard.press("Escape")
    assert await focused.inner_text() == "Revoke"
