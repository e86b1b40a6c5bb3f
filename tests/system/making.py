"""What tests make through the API, each with a host, an email and a slug of its own."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.system.client import Answer, Client

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALWAYS = {"timezone": "UTC", "weekly": {day: [{"from": "00:00", "to": "24:00"}] for day in DAYS}}
"""Open at every hour, so that a test never depends on when it runs."""
NOBODY = "01930000-0000-7000-8000-000000000000"
"""An id that nothing has."""


def an_email() -> str:
    """An address that nothing else uses."""
    return f"{secrets.token_hex(6)}@example.com"


def booking_link_fields(**fields: Any) -> dict[str, Any]:
    """A body that POST /v1/booking-links takes."""
    host = {"name": "Dana Reyes", "email": an_email()}
    return {"title": "Intro call", "schedule": ALWAYS, "host": host, **fields}


async def a_booking_link(app: Client, **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = (await app.post("/v1/booking-links", booking_link_fields(**fields))).data
    return made


async def a_contact(app: Client, **fields: Any) -> dict[str, Any]:
    body = {"name": "Amara Okafor", "email": an_email(), **fields}
    made: dict[str, Any] = (await app.post("/v1/contacts", body)).data
    return made


async def a_link(app: Client, booking_link: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A single-use link, for a new contact unless one is given."""
    body = {"booking_link_id": booking_link["id"], **fields}
    if not {"contact", "contact_id"} & body.keys():
        body["contact"] = {"name": "Amara Okafor", "email": an_email()}
    made: dict[str, Any] = (await app.post("/v1/single-use-links", body)).data
    return made


async def link_now(app: Client, link: dict[str, Any]) -> dict[str, Any]:
    """The single-use link as it is now."""
    read: dict[str, Any] = (await app.get(f"/v1/single-use-links/{link['id']}")).data
    return read


async def free_times(app: Client, booking_link: dict[str, Any], days: int = 3) -> list[str]:
    """Free starts from the day after tomorrow on: none begins while tests run, not even around midnight."""
    first, last = _days(days)
    path = f"/book/{booking_link['slug']}/slots?from={first}&to={last}&timezone=UTC"
    times: list[str] = (await app.get(path)).data["slots"]
    return times


def wish(start: str, **fields: Any) -> dict[str, Any]:
    """A body that POST /book/{slug} takes."""
    return {"start": start, "timezone": "Europe/Berlin", "name": "Amara", "email": an_email(), **fields}


async def book(
    visitor: Client, booking_link: dict[str, Any], body: dict[str, Any], key: str | None = None
) -> Answer:
    return await visitor.post(f"/book/{booking_link['slug']}", body, key=key)


async def book_with(
    visitor: Client, booking_link: dict[str, Any], link: dict[str, Any], **fields: Any
) -> Answer:
    """Book the first free time with a single-use link, as its contact unless told otherwise."""
    start = (await free_times(visitor, booking_link))[0]
    body = wish(start, **{"email": link["contact"]["email"], "single_use_token": link["token"], **fields})
    return await book(visitor, booking_link, body)


def _days(days: int) -> tuple[str, str]:
    first = datetime.now(UTC).date() + timedelta(days=2)
    return first.isoformat(), (first + timedelta(days=days - 1)).isoformat()
