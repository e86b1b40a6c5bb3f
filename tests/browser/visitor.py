"""Somebody in front of a real browser."""

import re
from typing import Any

from playwright.async_api import BrowserContext, ConsoleMessage, Locator, Page, Response, expect

KEY = "workestra:single_use_token"


class Visitor:
    """One tab. `complaints` is what the browser held against our pages; refusals are not among it."""

    def __init__(self, page: Page, gateway: str) -> None:
        self.page = page
        self.gateway = gateway
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    async def open(self, address: str) -> Response:
        """Go to an address or a path, and on to where the page leads."""
        answer = await self.page.goto(address if "://" in address else self.gateway + address)
        assert answer is not None
        return answer

    async def follow(self, link: dict[str, Any]) -> None:
        """Open a single-use link and arrive on its booking page."""
        await self.open(link["url"])
        await self.page.wait_for_url("**/book/**")

    async def welcomed(self) -> None:
        """The page has read the link."""
        await expect(self.page.get_by_label("Name")).to_have_value(re.compile("."))

    @property
    def times(self) -> Locator:
        return self.page.locator("#times-list button")

    async def choose(self, index: int = 0) -> str:
        """Take one of the free times; returns its start."""
        await self.times.nth(index).click()
        await expect(self.page.get_by_role("heading", name="Your details")).to_be_focused()
        start = await self.times.nth(index).get_attribute("data-start")
        assert start is not None
        return start

    async def fill(self, name: str = "Grace Hopper", email: str = "grace@example.com") -> None:
        await self.page.get_by_label("Name").fill(name)
        await self.page.get_by_label("Email").fill(email)

    async def submit(self) -> None:
        await self.page.get_by_role(
            "button", name=re.compile("^(Confirm booking|Request booking|Continue to payment) for")
        ).click()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).click()

    async def sees(self, heading: str) -> None:
        await expect(self.page.get_by_role("heading", name=heading)).to_be_visible()

    async def is_told(self, *sentences: str) -> None:
        for sentence in sentences:
            await expect(self.page.locator("main")).to_contain_text(sentence)

    async def code(self) -> str | None:
        return await self.page.locator("main").get_attribute("data-code")

    async def token(self) -> str | None:
        """What the tab's sessionStorage holds."""
        kept: str | None = await self.page.evaluate(f"sessionStorage.getItem('{KEY}')")
        return kept

    async def another_tab(self) -> "Visitor":
        return Visitor(await self.page.context.new_page(), self.gateway)


async def arrive(context: BrowserContext, gateway: str) -> Visitor:
    context.set_default_timeout(10_000)
    return Visitor(await context.new_page(), gateway)
