"""What the two ways of booking are measured on: hosts, booking links, single-use links, free times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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


async def prepare(stack: Stack, links: int) -> Material:
    """Make hosts and so many single-use links through the API."""
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    async with aiohttp.ClientSession(stack.gateway, headers=headers) as api:
        tokens = dict[str, list[str]]()
        for number in range(HOSTS):
            made = await _post(api, "/v1/booking-links", _template(number))
            order = {
                "booking_link_id": made["id"],
                "contact": {"name": "Amara Okafor", "email": "amara@example.com"},
            }
            tokens[made["slug"]] = [
                (await _post(api, "/v1/single-use-links", order))["token"] for _ in range(links // HOSTS)
            ]
    return Material(tokens)


def _template(number: int) -> dict[str, object]:
    return {
        "title": f"Host {number}",
        "slug": f"bench-{number}",
        "host": {"name": f"Host {number}", "email": f"host{number}@example.com"},
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
