"""The host's side of a browser test: booking links and single-use links, made through the API."""

import itertools
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import asyncpg

from tests.stack import Stack

Row = dict[str, Any]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
EVERY_DAY = {"timezone": "Europe/Berlin", "weekly": {day: [{"from": "09:00", "to": "17:00"}] for day in DAYS}}
BERLIN = ZoneInfo("Europe/Berlin")
_numbers = itertools.count(1)


def from_tomorrow() -> Row:
    """The hours of every day but today: how many times a page offers first must not depend on the clock."""
    return EVERY_DAY | {"overrides": [{"date": datetime.now(BERLIN).date().isoformat(), "hours": []}]}


def fresh(word: str) -> str:
    return f"{word}-{os.getpid()}-{next(_numbers)}"


class Desk:
    """One app of a stack, seen by its API client."""

    def __init__(
        self, gateway: str, api_key: str, dsn: Mapping[str, str], http: aiohttp.ClientSession
    ) -> None:
        self.gateway = gateway
        self._headers = {"Authorization": f"Bearer {api_key}"}
        self._dsn = dsn
        self._http = http

    async def call(self, method: str, path: str, body: object = None) -> Row:
        address = self.gateway + path
        async with self._http.request(method, address, json=body, headers=self._headers) as answer:
            told: Row = await answer.json(content_type=None)
            assert answer.status < 400, told
            return told

    async def booking_link(self, **fields: object) -> Row:
        """A booking link with a host of its own, so that no test takes another's times."""
        # A hold that ends while other tests count rows would look like their doing.
        held = {"hold_minutes": 240} if "price" in fields else {}
        made = held | {
            "slug": fresh("call"),
            "title": "Intro call",
            "description": "A first talk about what you are trying to do.",
            "schedule": from_tomorrow(),
            "host": {"name": "Dana Reyes", "email": f"{fresh('dana')}@example.com"},
        }
        return dict((await self.call("POST", "/v1/booking-links", made | fields))["data"])

    async def mint(self, booking_link: Row, **fields: object) -> Row:
        """A single-use link for Grace Hopper."""
        contact = {"name": "Grace Hopper", "email": f"{fresh('grace')}@example.com"}
        order = {"booking_link_id": booking_link["id"], "contact": contact}
        return dict((await self.call("POST", "/v1/single-use-links", order | fields))["data"])

    async def link(self, link: Row) -> Row:
        return dict((await self.call("GET", f"/v1/single-use-links/{link['id']}"))["data"])

    async def revoke(self, link: Row) -> None:
        await self.call("POST", f"/v1/single-use-links/{link['id']}/revoke")

    async def expire(self, link: Row) -> None:
        """Let the link's time run out, without waiting for it."""
        expired = "update scheduling_single_use_links set expires_at = now() where id = $1"
        await self._turn("tokens", expired, link["id"])

    async def end_hold(self, booking_link: Row) -> None:
        """Let the time to pay run out for every booking of the page, without waiting for it."""
        over = """
            update payments set expires_at = now(), due_at = now() where status = 'pending'
            and id in (select payment_id from bookings where booking_link_id = $1)"""
        await self._turn("booking", over, booking_link["id"])

    async def _turn(self, piece: str, statement: str, id: str) -> None:
        database = await asyncpg.connect(self._dsn[piece])
        await database.execute(statement, id)
        await database.close()

    async def bookings(self, booking_link: Row) -> list[Row]:
        return list((await self.call("GET", f"/v1/bookings?booking_link_id={booking_link['id']}"))["data"])

    async def booking(self, **fields: object) -> Row:
        """A booking of Grace Hopper's at a fresh booking link, three free times from now, with its links."""
        page = await self.booking_link(**fields)
        first = datetime.now(UTC).date() + timedelta(days=1)
        days = f"from={first}&to={first + timedelta(days=20)}&timezone=Europe/Berlin"
        slots = (await self.call("GET", f"/book/{page['slug']}/slots?{days}"))["data"]["slots"]
        wish = {"start": slots[3], "timezone": "Europe/Berlin", "name": "Grace Hopper"}
        order = {"booking_link_id": page["id"], "email": f"{fresh('grace')}@example.com", **wish}
        made = (await self.call("POST", "/v1/bookings", order))["data"]
        return await self.read(made["id"])

    async def read(self, booking_id: str) -> Row:
        """The booking as it is, with the addresses of its action links."""
        include = "customer_action_links,action_links"
        return dict((await self.call("GET", f"/v1/bookings/{booking_id}?include={include}"))["data"])

    async def take(self, booking_link: Row, start: str) -> None:
        """Somebody else books a time of a public page."""
        body = {"start": start, "timezone": "UTC", "name": "Alan", "email": "alan@example.com"}
        await self.call("POST", f"/book/{booking_link['slug']}", body)


@asynccontextmanager
async def desk_of(stack: Stack) -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession() as http:
        yield Desk(stack.gateway, stack.api_key, stack.dsn, http)
