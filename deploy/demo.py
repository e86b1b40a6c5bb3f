"""Something to look at: an app, a booking link, contacts and a single-use link, made as any client would."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from deploy.failure import CannotStart
from deploy.files import write_privately

SignIn = Callable[[str, str, str], Awaitable[str]]
"""Makes a sign-in link: app id, email and name in, its path out."""
HOST = {"name": "Dana Reyes", "email": "dana@example.com"}
WORKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
BOOKING_LINK: dict[str, Any] = {
    "slug": "intro-call",
    "title": "Intro call",
    "description": "Half an hour to get to know each other and see whether we can help.",
    "duration_minutes": 30,
    "schedule": {
        "timezone": "Europe/London",
        "weekly": {day: [{"from": "09:00", "to": "17:00"}] for day in WORKDAYS},
    },
    "branding": {"accent_color": "#0f766e"},
    "host": HOST,
}
PAID_LINK = BOOKING_LINK | {
    "slug": "coaching-hour",
    "title": "Coaching hour",
    "description": "An hour for whatever keeps you from getting on.",
    "duration_minutes": 60,
    "graph": "instant_payment",
    "price": {"amount": 9000, "currency": "EUR"},
    "branding": {"accent_color": "#7c3aed"},
}
CONTACTS = (
    {"name": "Amara Okafor", "email": "amara@example.com"},
    {"name": "Jonas Lindqvist", "email": "jonas@example.com"},
    {"name": "Mei Tanaka", "email": "mei@example.com"},
)


@dataclass(frozen=True)
class Demo:
    """What the person who started Bookonce gets to try."""

    api_key: str
    contact: str
    booking_link_id: str
    booking_url: str
    paid_url: str
    single_use_url: str
    sign_in_url: str


class _Refused(Exception):
    def __init__(self, call: str, status: int, problem: dict[str, Any]) -> None:
        super().__init__(f"{call} answered {status}: {problem.get('code')} {problem.get('detail')}")
        self.status = status
        self.code = problem.get("code")


class _Client:
    def __init__(self, http: aiohttp.ClientSession, gateway: str, api_key: str) -> None:
        self._http, self._gateway, self._headers = http, gateway, {"Authorization": f"Bearer {api_key}"}

    async def call(self, method: str, path: str, body: object = None) -> Any:
        async with self._http.request(
            method, f"{self._gateway}{path}", json=body, headers=self._headers
        ) as response:
            answer = await response.json(content_type=None)
            if response.status >= 400:
                raise _Refused(f"{method} {path}", response.status, answer)
            return answer["data"]


async def prepare(
    gateway: str, create_app: Callable[[], Awaitable[str]], sign_in: SignIn, kept: Path
) -> Demo:
    """Make what is missing of the demo; the app's key is kept in the file `kept`."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
        try:
            if kept.exists():
                try:
                    return await _fill(http, gateway, json.loads(kept.read_text())["api_key"], sign_in)
                except _Refused as refused:
                    # The database is not the one the key was made in: begin again with another app.
                    if refused.status != 401:
                        raise
            api_key = await create_app()
            write_privately(kept, json.dumps({"api_key": api_key}))
            return await _fill(http, gateway, api_key, sign_in)
        except (aiohttp.ClientError, TimeoutError, _Refused) as failed:
            raise CannotStart(
                f"The demo data could not be made: {failed or type(failed).__name__}"
            ) from failed


async def _fill(http: aiohttp.ClientSession, gateway: str, api_key: str, sign_in: SignIn) -> Demo:
    client = _Client(http, gateway, api_key)
    paid, link = await _booking_link(client, PAID_LINK), await _booking_link(client, BOOKING_LINK)
    contact = (await _contacts(client))[0]
    ask = {"booking_link_id": link["id"], "contact_id": contact["id"], "source": {"channel": "demo"}}
    single_use = await client.call("POST", "/v1/single-use-links", ask)
    return Demo(
        api_key,
        f"{contact['name']} <{contact['email']}>",
        link["id"],
        f"{gateway}/book/{link['slug']}",
        f"{gateway}/book/{paid['slug']}",
        single_use["url"],
        gateway + await sign_in((await client.call("GET", "/v1/app"))["id"], HOST["email"], HOST["name"]),
    )


async def _booking_link(client: _Client, wanted: dict[str, Any]) -> dict[str, Any]:
    found = await client.call("GET", "/v1/booking-links?limit=200")
    for link in sorted(found, key=lambda link: link["slug"] != wanted["slug"]):
        if link["title"] == wanted["title"]:
            return dict(link)
    try:
        return dict(await client.call("POST", "/v1/booking-links", wanted))
    except _Refused as refused:
        if refused.code != "slug_in_use":
            raise
        any_slug = {name: value for name, value in wanted.items() if name != "slug"}
        return dict(await client.call("POST", "/v1/booking-links", any_slug))


async def _contacts(client: _Client) -> list[dict[str, Any]]:
    known = {contact["email"]: contact for contact in await client.call("GET", "/v1/contacts?limit=200")}
    return [
        known.get(contact["email"]) or await client.call("POST", "/v1/contacts", contact)
        for contact in CONTACTS
    ]
