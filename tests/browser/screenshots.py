"""Pictures of every state, by hand: `python -m tests.browser.screenshots READY_FILE FOLDER`.

The first four, `booking-page.png`, `phone.png`, `action-link.png` and `payment.png`, are those of the
README (`gateway/screenshots/`).
"""

import asyncio
import base64
import json
import sys
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, expect

from tests.browser.desk import Desk, Row
from tests.browser.launch import HABITS, chromium
from tests.browser.states import STATES, choosing_a_new_time, on_the_way_to_pay
from tests.browser.visitor import KEY, Visitor, arrive

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
BESIDE = """
<style>
  body {{ margin: 0; width: 1400px; background: #e4e8ec; font: 15px/1.5 system-ui; color: #15181e; }}
  .frame {{ margin: 28px 28px 0; border-radius: 14px; overflow: hidden; box-shadow: 0 10px 30px #0f172a22; }}
  .bar {{ padding: 9px 18px; background: #fff; border-bottom: 1px solid #e3e6eb; color: #565f6d; }}
  img {{ display: block; width: 100%; }}
  .store {{ display: flex; gap: 28px; margin: 20px 28px 28px; padding: 14px 18px; border-radius: 14px;
    background: #15181e; color: #e9ebef; font-family: monospace; }}
  .store span {{ color: #8fd3c8; }}
</style>
<div class="frame"><div class="bar">{address}</div><img src="data:image/png;base64,{picture}"></div>
<div class="store">sessionStorage <span>{key}</span> {token}</div>
"""


async def visit(browser: Browser, desk: Desk, **habits: Any) -> Visitor:
    return await arrive(await browser.new_context(**(HABITS | habits)), desk.gateway)


async def welcomed(visitor: Visitor, link: Row) -> None:
    await visitor.follow(link)
    await expect(visitor.page.get_by_label("Email")).to_have_value(link["contact"]["email"])
    await visitor.page.get_by_role("button", name="Next month").click()
    await expect(visitor.times.first).to_be_visible()
    await visitor.page.mouse.move(0, 0)


async def for_readme(browser: Browser, desk: Desk, folder: Path) -> None:
    found = (await desk.call("GET", "/v1/booking-links"))["data"]
    [page] = [row for row in found if row["title"] == "Intro call"][-1:]
    link = await desk.mint(page, contact={"name": "Grace Hopper", "email": "grace@example.com"})
    desktop = await visit(browser, desk, viewport={"width": 1200, "height": 690})
    await welcomed(desktop, link)
    await beside_storage(browser, desktop, folder / "booking-page.png")
    phone = await visit(browser, desk, device_scale_factor=2, **PHONE)
    await welcomed(phone, link)
    await phone.page.screenshot(path=folder / "phone.png")
    customer = await visit(browser, desk, viewport={"width": 1200, "height": 690})
    await choosing_a_new_time(desk, customer)
    await customer.page.mouse.move(0, 0)
    await customer.page.screenshot(path=folder / "action-link.png")
    payer = await visit(browser, desk, viewport={"width": 1200, "height": 690})
    await on_the_way_to_pay(desk, payer)
    await payer.page.screenshot(path=folder / "payment.png")


async def beside_storage(browser: Browser, visitor: Visitor, file: Path) -> None:
    """The page with the entry that its tab really holds."""
    token = await visitor.token() or ""
    picture = base64.b64encode(await visitor.page.screenshot()).decode()
    composed: Page = await browser.new_page(viewport={"width": 1400, "height": 100})
    shown = BESIDE.format(
        address=visitor.page.url.removeprefix(visitor.gateway),
        picture=picture,
        key=KEY,
        token=f"{token[:10]}…{token[-6:]}",
    )
    await composed.set_content(shown)
    await composed.screenshot(path=file, full_page=True)


async def all_states(browser: Browser, desk: Desk, folder: Path) -> None:
    for state in STATES:
        for device, habits in (("desktop", DESKTOP), ("phone", PHONE)):
            visitor = await visit(browser, desk, **habits)
            await state(desk, visitor)
            for scheme in ("light", "dark"):
                await visitor.page.emulate_media(color_scheme=scheme)
                file = folder / f"{state.__name__}-{device}-{scheme}.png"
                await visitor.page.screenshot(path=file, full_page=device == "phone")
            await visitor.page.context.close()


async def main(ready_file: Path, folder: Path) -> None:
    ready = json.loads(ready_file.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    async with aiohttp.ClientSession() as http, chromium() as browser:
        desk = Desk(ready["gateway"], ready["api_key"], ready["databases"], http)
        await for_readme(browser, desk, folder)
        await all_states(browser, desk, folder)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
