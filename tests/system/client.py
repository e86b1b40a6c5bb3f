"""A client of the gateway: a program with its app's API key, or a visitor without one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL


@dataclass(frozen=True)
class Answer:
    """What came back, read whole."""

    status: int
    headers: CIMultiDictProxy[str]
    text: str

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def data(self) -> Any:
        """What a success carries; anything else fails the test with what was answered."""
        assert self.status < 300, f"{self.status} {self.text}"
        return self.json["data"]

    @property
    def refused(self) -> tuple[int, str]:
        """Status and code of a problem; a success fails the test."""
        assert self.status >= 400, f"{self.status} {self.text}"
        assert self.headers["Content-Type"] == "application/problem+json", self.headers
        return self.status, self.json["code"]


@dataclass(frozen=True)
class Client:
    """Follows no redirect, keeps no cookie, sends paths as they are written."""

    http: aiohttp.ClientSession
    gateway: str
    headers: Mapping[str, str]

    async def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request; `body` is sent as JSON, `data` as it is, `key` as Idempotency-Key."""
        sent = {**self.headers, **(headers or {})}
        if body is not None:
            data = json.dumps(body)
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        if key is not None:
            sent["Idempotency-Key"] = key
        url = URL(self.gateway + path, encoded=True)
        async with self.http.request(
            method, url, data=data, headers=sent, allow_redirects=False, skip_auto_headers=("Accept",)
        ) as response:
            return Answer(response.status, response.headers, (await response.read()).decode())

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, body: object = None, **options: Any) -> Answer:
        return await self.ask("POST", path, body, **options)

    async def patch(self, path: str, body: object = None, **options: Any) -> Answer:
        return await self.ask("PATCH", path, body, **options)

    async def put(self, path: str, **options: Any) -> Answer:
        return await self.ask("PUT", path, **options)


def program(http: aiohttp.ClientSession, gateway: str, api_key: str) -> Client:
    """A program that belongs to an app."""
    return Client(http, gateway, {"Authorization": f"Bearer {api_key}"})


def visitor(http: aiohttp.ClientSession, gateway: str) -> Client:
    """Somebody with nothing but a link."""
    return Client(http, gateway, {})
