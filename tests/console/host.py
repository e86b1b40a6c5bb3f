"""A host's browser, as far as HTTP shows it: cookies, forms, and no redirect that is not followed by hand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

HOME = "/calendar/single-use"
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """What came back, read whole."""

    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def goes_to(self) -> str:
        assert self.status == 303, (self.status, self.text)
        return self.headers["Location"]

    @property
    def code(self) -> str | None:
        found = re.search(r'<main [^>]*data-code="([a-z_]+)"', self.text)
        return found[1] if found else None

    @property
    def hidden(self) -> Fields:
        """The hidden fields of the page, in their order."""
        found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', self.text)
        return [(unescape(name), unescape(value)) for name, value in found]

    @property
    def csrf(self) -> str:
        return dict(self.hidden)["csrf"]

    def cookie(self, name: str) -> str:
        """The Set-Cookie header of that name, whole."""
        return next(one for one in self.headers.getall("Set-Cookie") if one.startswith(f"{name}="))


@dataclass
class Browsing:
    """Keeps cookies by name alone, whatever their paths say."""

    http: aiohttp.ClientSession
    gateway: str
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        return await self.ask("GET", path, headers=headers)

    async def post(
        self, path: str, fields: Fields | None = None, headers: Mapping[str, str] | None = None
    ) -> Page:
        return await self.ask("POST", path, fields or [], headers)

    async def ask(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        sent = {"Accept": "text/html"} | dict(headers or {})
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            body = urlencode(fields)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        url = URL(self.gateway + path, encoded=True)
        async with self.http.request(method, url, data=body, headers=sent, allow_redirects=False) as answer:
            for one in answer.headers.getall("Set-Cookie", []):
                self._keep(one)
            return Page(answer.status, answer.headers, (await answer.read()).decode())

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value

    async def is_signed_in(self) -> bool:
        page = await self.get(HOME)
        return page.status == 200
