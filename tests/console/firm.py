"""An app of its own for a test: its program, its host, its visitors."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any
from uuid import UUID

import aiohttp

from tests.console.doorman import Doorman
from tests.console.host import Browsing, Page
from tests.stack import Stack
from tests.system import client
from tests.system.client import Client
from tests.system.making import a_booking_link, a_link

LIST = "/calendar/single-use"


@dataclass(frozen=True)
class Firm:
    app: Client
    visitor: Client
    host: Browsing
    app_id: UUID
    door: Doorman

    async def link(self, page: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """A single-use link of the app, on a booking link of its own unless one is given."""
        return await a_link(self.app, page or await a_booking_link(self.app), **fields)

    async def links(self, query: str = "") -> list[dict[str, Any]]:
        """All links of the app, as the API tells them."""
        found: list[dict[str, Any]] = (await self.app.get(f"/v1/single-use-links?limit=200{query}")).data
        return found

    async def post(self, path: str, *fields: tuple[str, str]) -> Page:
        """A form of the console, sent with the token that its page carries."""
        csrf = (await self.host.get(LIST)).csrf
        return await self.host.post(path, [("csrf", csrf), *fields])

    async def sign_in_path(self) -> str:
        return await self.door.path(app_id=self.app_id)


async def found_firm(http: aiohttp.ClientSession, stack: Stack, door: Doorman) -> Firm:
    """A new app, whose host Dana Reyes is signed in."""
    app = client.program(http, stack.gateway, await stack.create_app("Firm"))
    app_id = UUID((await app.get("/v1/app")).data["id"])
    host = Browsing(http, stack.gateway)
    assert (await host.post(await door.path(app_id=app_id))).status == 303
    return Firm(app, client.visitor(http, stack.gateway), host, app_id, door)


def listed(page: Page) -> list[str]:
    """The ids of the links that a page lists, in its order."""
    assert page.status == 200, page.text
    return re.findall(r'<tr id="link-([0-9a-f-]{36})"', page.text)


def row(page: Page, link: dict[str, Any]) -> str:
    """What a link's row says, without its markup."""
    [found] = re.findall(rf'<tr id="link-{link["id"]}">(.*?)</tr>', page.text, re.DOTALL)
    return words(found)


def words(markup: str) -> str:
    """The text of some markup, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def said(page: Page) -> str:
    """What the page says in its main part."""
    return words(page.text[page.text.index("<main") :])


def typed(page: Page) -> dict[str, str]:
    """What the fields of a form hold, by name: texts, what is checked and what is chosen."""
    kept = dict(page.hidden)
    for tag in re.findall(r"<input [^>]*>", page.text):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        ticked = " checked" in tag or not re.search(r'type="(?:radio|checkbox)"', tag)
        if name and value and ticked:
            kept[name[1]] = unescape(value[1])
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        kept[name] = chosen[1] if chosen else ""
    for name, text in re.findall(
        r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL
    ):
        kept[name] = unescape(text)
    return kept
