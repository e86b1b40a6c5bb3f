"""The console's pictures of the README, by hand: `python -m tests.console.screenshots READY_FILE FOLDER`."""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser

from tests.browser.desk import Desk, Row
from tests.browser.launch import HABITS, chromium
from tests.browser.visitor import Visitor, arrive
from tests.console.firm import LIST
from tests.eventually import eventually

PEOPLE = (
    "Amara Okafor", "Grace Hopper", "Jean Bartik", "Mary Jackson", "Ada Lovelace", "Hedy Lamarr",
    "Radia Perlman", "Karen Jones", "Joan Clarke", "Annie Easley", "Katherine Johnson", "Lin Lanying",
)  # fmt: skip
CAMPAIGNS = ("spring", "autumn launch", "spring", None)
LIST_OF_PEOPLE = """name,email
Edith Clarke,edith.clarke@example.com
Sophie Wilson,sophie.wilson@example.com
Margaret Hamilton,
Evelyn Boyd,evelyn@@example.com
Mary Keller,mary.keller@example.com
"""


async def _book(desk: Desk, page: Row, link: Row) -> Row:
    """Book the first free time with the link, as its contact."""
    wish = {"start": (await _times(desk, page))[0], "timezone": "Europe/Berlin"}
    wish |= {"single_use_token": link["token"]} | _as(link)
    return dict((await desk.call("POST", f"/book/{page['slug']}", wish))["data"])


async def _times(desk: Desk, page: Row) -> list[str]:
    return list((await desk.call("GET", f"/book/{page['slug']}/slots{_month()}"))["data"]["slots"])


def _month() -> str:
    first = datetime.now(UTC).date() + timedelta(days=1)
    return f"?from={first}&to={first + timedelta(days=20)}&timezone=UTC"


def _as(link: Row) -> Row:
    return {"name": link["contact"]["name"], "email": link["contact"]["email"]}


async def _links(desk: Desk) -> Row:
    """Links as a sales team would have them; the one whose time line is worth a picture."""
    tour = await desk.booking_link(title="Product tour")
    call = await desk.booking_link(title="Pricing call", duration_minutes=15, access="single_use_only")
    made = []
    for number, name in enumerate(PEOPLE):
        contact = {"name": name, "email": f"{name.lower().replace(' ', '.')}@example.com"}
        campaign = CAMPAIGNS[number % len(CAMPAIGNS)]
        source = {"channel": "api"} | ({"campaign": campaign} if campaign else {})
        page = call if number % 3 == 2 else tour
        made.append((page, await desk.mint(page, contact=contact, source=source)))
    for number in (1, 4, 9):
        await _book(desk, *made[number])
    await desk.revoke(made[7][1])
    await desk.expire(made[2][1])
    return made[4][1]


async def _second_touch(desk: Desk, link: Row) -> None:
    """The meeting is missed, a workflow mails a fresh link, which is booked, moved and kept."""
    step = {
        "type": "email",
        "name": "another chance",
        "to": "contact",
        "subject": "We missed you",
        "text": "Choose a time: {{ single_use_url }}",
        "single_use": {"campaign": "no-show"},
    }
    fields = {"name": "After a no-show", "trigger": "sequence_step_due", "steps": [step], "active": False}
    workflow = (await desk.call("POST", "/v1/workflows", fields))["data"]
    order = {"contact_id": link["contact"]["id"], "booking_link_id": link["booking_link_id"]}
    run = (await desk.call("POST", f"/v1/workflows/{workflow['id']}/runs", order))["data"]

    async def done() -> bool:
        state = (await desk.call("GET", f"/v1/workflows/runs/{run['id']}"))["data"]["state"]
        return bool(state == "done")

    await eventually(done)
    query = f"?status=open&contact_id={link['contact']['id']}"
    [fresh] = (await desk.call("GET", f"/v1/single-use-links{query}"))["data"]
    page = (await desk.call("GET", f"/v1/booking-links/{link['booking_link_id']}"))["data"]
    booked = await _book(desk, page, fresh)
    query = f"?contact_id={link['contact']['id']}"
    first = (await desk.call("GET", f"/v1/bookings{query}"))["data"][-1]
    await desk.call("PUT", f"/v1/bookings/{first['id']}/no_show")
    later = (await _times(desk, page))[9]
    await desk.call("PUT", f"/v1/bookings/{booked['id']}/reschedule", {"start": later})


async def _signed_in(browser: Browser, ready: Row, **habits: Any) -> Visitor:
    context = await browser.new_context(**(HABITS | habits))
    tab = await arrive(context, ready["gateway"])
    await tab.open(ready["sign_in_url"])
    await tab.press("Sign in")
    await tab.page.wait_for_url(f"**{LIST}")
    return tab


async def main(ready_file: Path, folder: Path) -> None:
    ready = json.loads(ready_file.read_text())
    async with aiohttp.ClientSession() as http, chromium() as browser:
        desk = Desk(ready["gateway"], ready["api_key"], ready["databases"], http)
        told = await _links(desk)
        await _second_touch(desk, told)
        tab = await _signed_in(browser, ready, viewport={"width": 1280, "height": 800})
        await tab.open(f"{LIST}?status=all")
        await tab.page.screenshot(path=folder / "console-links.png")
        await tab.open(f"/contacts/{told['contact']['id']}")
        await tab.page.screenshot(path=folder / "console-contact.png")
        await tab.open(f"{LIST}/bulk")
        await tab.page.get_by_label("Booking link").select_option(index=1)
        await tab.page.get_by_label("Contacts").fill(LIST_OF_PEOPLE)
        await tab.press("Check the list")
        await tab.sees("3 links will be made")
        await tab.page.mouse.move(0, 0)
        await tab.page.set_viewport_size({"width": 1280, "height": 620})
        await tab.page.screenshot(path=folder / "console-bulk.png")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
