"""What axe finds in both themes, width and stillness."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.axe import serious
from tests.browser.conftest import NewVisitor
from tests.browser.desk import Desk
from tests.browser.states import STATES, State
from tests.browser.visitor import Visitor


@pytest.mark.parametrize("state", STATES)
async def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(
    desk: Desk, visitor: Visitor, state: State
) -> None:
    await state(desk, visitor)
    assert await serious(visitor.page) == []
    for width in (390, 320):
        await visitor.page.set_viewport_size({"width": width, "height": 700})
        assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_moves_when_the_times_and_the_name_arrive(
    desk: Desk, new_visitor: NewVisitor, width: int
) -> None:
    visitor = await new_visitor(desk.gateway, viewport={"width": width, "height": 800})
    link = await desk.mint(await desk.booking_link())
    arrived = asyncio.Event()

    async def late(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await visitor.page.route("**/slots?**", late)
    await visitor.follow(link)
    await expect(visitor.page.locator(".bone").first).to_be_visible()
    arrived.set()
    await expect(visitor.times.first).to_be_visible()
    await expect(visitor.page.get_by_label("Name")).to_have_value("Grace Hopper")
    assert await visitor.page.evaluate(SHIFTED) < 0.01


SHIFTED = """
    new Promise((resolve) => {
      let sum = 0;
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += entry.value;
      });
      observer.observe({ type: "layout-shift", buffered: true });
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
    })
"""
