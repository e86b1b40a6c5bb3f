"""What the two ways of booking are measured on: hosts, booking links, single-use links, free times."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import aiohttp

from tests.stack import Stack

HOSTS = 16
DAY = [{"from": "00:00", "to": "24:00"}]
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass
class Material:
    """Open tokens by slug, and each slug's next free start."""

    tokens: dict[str, list[str]]

    def __post_init__(self) -> None:
        self._starts = {slug: _starts() for slug in self.tokens}
        self._turn = 0

    def wishes(self, count: int) -> Iterator[tuple[str, dict[str, str]]]:
        """So many bookings that will succeed, on all hosts in turn."""
        slugs = list(self.tokens)
        for _ in range(count):
            slug = slugs[self._turn % len(slugs)]
            self._turn += 1
            yield (
                slug,
                {
                    "start": next(self._starts[slug]),
                    "timezone": "UTC",
                    "name": "Amara Okafor",
                    "email": "amara@example.com",
                    "single_use_token": self.tokens[slug].pop(),
                },
            )


@asynccontextmanager
async def client(stack: Stack) -> AsyncIterator[aiohttp.ClientSession]:
    """A program of the stack's app."""
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    async with aiohttp.ClientSession(stack.gateway, headers=headers) as api:
        yield api


async def an_app(api: aiohttp.ClientSession) -> UUID:
    """The id of the client's app."""
    async with api.get("/v1/app") as response:
        return UUID((await response.json())["data"]["id"])


async def a_booking_link(api: aiohttp.ClientSession, slug: str) -> str:
    """The id of a new booking link with a host of its own, free at any time."""
    return (await _post(api, "/v1/booking-links", _template(slug)))["id"]


async def prepare(stack: Stack, links: int) -> Material:
    """Make hosts and so many single-use links through the API."""
    async with client(stack) as api:
        tokens = dict[str, list[str]]()
        for number in range(HOSTS):
            slug = f"bench-{number}"
            order = {
                "booking_link_id": await a_booking_link(api, slug),
                "contact": {"name": "Amara Okafor", "email": "amara@example.com"},
            }
            tokens[slug] = [
                (await _post(api, "/v1/single-use-links", order))["token"] for _ in range(links // HOSTS)
            ]
    return Material(tokens)


def _template(slug: str) -> dict[str, object]:
    return {
        "title": f"Page {slug}",
        "slug": slug,
        "host": {"name": f"Host of {slug}", "email": f"{slug}@example.com"},
        "schedule": {"timezone": "UTC", "weekly": dict.fromkeys(WEEK, DAY)},
        "maximum_days_ahead": 365,
    }


def _starts() -> Iterator[str]:
    start = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        yield start.isoformat()
        start += timedelta(minutes=30)


async def _post(api: aiohttp.ClientSession, path: str, body: Mapping[str, object]) -> dict[str, str]:
    async with api.post(path, json=body) as response:
        assert response.status == 201, await response.text()
        data: dict[str, str] = (await response.json())["data"]
        return data
