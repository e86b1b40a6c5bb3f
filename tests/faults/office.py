"""One host with one booking link on a stack, and the visitors who knock there."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import aiohttp

from tests.stack import Stack
from tests.system.signing import sign

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = {"timezone": "UTC", "weekly": {day: [{"from": "00:00", "to": "24:00"}] for day in DAYS}}


class Answer(NamedTuple):
    """What one request met, and how long it took."""

    status: int
    body: dict[str, Any]
    seconds: float
    told: Mapping[str, str]

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.body["data"]
        return data

    @property
    def outcome(self) -> tuple[int, str]:
        """The status with the problem's code, or with the booking's state."""
        return self.status, self.body.get("code") or self.data["state"]


class Ticket(NamedTuple):
    """A single-use link: its id, the token that opens it, and whom it was made for."""

    id: UUID
    token: str
    contact_id: UUID


class Office:
    """A host whom nobody else shares, free at any time of day, and the link to book with them."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession, made: dict[str, Any]) -> None:
        self.stack = stack
        self.id, self.slug, self.host = UUID(made["id"]), made["slug"], made["host"]["email"]
        self._http = http

    async def mint(self, count: int = 1) -> list[Ticket]:
        """Fresh single-use links, each for a contact of its own."""
        return await asyncio.gather(*(self._mint() for _ in range(count)))

    async def _mint(self) -> Ticket:
        contact = {"name": "Vera Visitor", "email": f"vera-{uuid4().hex}@example.com"}
        made = await self.ask(
            "POST", "/v1/single-use-links", {"booking_link_id": str(self.id), "contact": contact}
        )
        return Ticket(UUID(made.data["id"]), made.data["token"], UUID(made.data["contact"]["id"]))

    async def starts(self) -> list[str]:
        """Free times of the coming days, about 48 a day."""
        first = datetime.now(UTC).date() + timedelta(days=1)
        days = f"from={first}&to={first + timedelta(days=9)}&timezone=UTC"
        found: list[str] = (await self.ask("GET", f"/book/{self.slug}/slots?{days}")).data["slots"]
        return found

    async def book(self, ticket: Ticket, start: str, key: str | None = None) -> Answer:
        """One visitor's try, with an idempotency key or without."""
        wish = {
            "start": start,
            "timezone": "Europe/Berlin",
            "name": "Vera Visitor",
            "email": "vera@example.com",
            "single_use_token": ticket.token,
        }
        return await self.ask("POST", f"/book/{self.slug}", wish, {"Idempotency-Key": key} if key else {})

    async def cancel_all(self) -> None:
        """Cancel every confirmed booking of this booking link."""
        found = await self.ask("GET", f"/v1/bookings?booking_link_id={self.id}&state=confirmed")
        for booking in found.body["data"]:
            await self.ask("PUT", f"/v1/bookings/{booking['id']}/cancel")

    async def let_the_host_decide(self) -> None:
        """From now on a booking waits for the host."""
        await self.ask("PATCH", f"/v1/booking-links/{self.id}", {"graph": "confirm_decline"})

    async def follow(self, booking: dict[str, Any], action: str, start: str | None = None) -> Answer:
        """Post an action link, with a start where it moves the booking."""
        signature = sign(self.stack.api_key, booking, action)
        address = f"/bookings/{booking['id']}/external_action/{action}?signature={signature}"
        return await self.ask("POST", address, None if start is None else {"start": start})

    async def revoke(self, ticket: Ticket) -> None:
        """Close the link, as its app may."""
        revoked = await self.ask("POST", f"/v1/single-use-links/{ticket.id}/revoke")
        assert revoked.data["status"] == "revoked"

    async def erase(self, ticket: Ticket) -> None:
        """Erase the contact whom the link was made for."""
        assert (await self.ask("DELETE", f"/v1/contacts/{ticket.contact_id}")).status in (200, 204)

    async def status_of(self, ticket: Ticket) -> str:
        """The link's status, as its app sees it."""
        status: str = (await self.ask("GET", f"/v1/single-use-links/{ticket.id}")).data["status"]
        return status

    async def ask(
        self, method: str, url: str, body: object = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Any request to the gateway, by path or by the full address that it gave out itself."""
        url = url if url.startswith("http") else self.stack.gateway + url
        began = time.perf_counter()
        async with self._http.request(method, url, json=body, headers=headers) as response:
            answer = await response.json()
            return Answer(response.status, answer, time.perf_counter() - began, response.headers)


@asynccontextmanager
async def office(stack: Stack) -> AsyncIterator[Office]:
    """A fresh host and booking link on the stack."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        headers={"Authorization": f"Bearer {stack.api_key}"},
        timeout=aiohttp.ClientTimeout(total=30),
    ) as http:
        host = {"name": "Dana Reyes", "email": f"dana-{uuid4().hex}@example.com"}
        fields = {"title": "Intro call", "host": host, "schedule": ALWAYS}
        async with http.post(f"{stack.gateway}/v1/booking-links", json=fields) as response:
            yield Office(stack, http, (await response.json())["data"])


async def together(
    office: Office, wishes: Sequence[tuple[Ticket, str]], key: str | None = None
) -> list[Answer]:
    """Many visitors at once."""
    return await asyncio.gather(*(office.book(ticket, start, key) for ticket, start in wishes))
