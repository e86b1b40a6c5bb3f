"""A contact erased while the tokens service is away is erased there as soon as it is back."""

from collections.abc import Mapping
from typing import Any

import aiohttp
import asyncpg

from tests.conftest import NewStack
from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client, program
from tests.system.making import a_booking_link, a_contact, a_link, an_email, book_with, link_now


async def _rows(stack: Stack) -> Mapping[str, str]:
    """All rows of each database as text."""
    texts = {}
    for name, dsn in stack.dsn.items():
        conn = await asyncpg.connect(dsn)
        try:
            tables = await conn.fetch(
                "select table_name from information_schema.tables where table_schema = 'public'"
            )
            rows = [
                row[0] for (table,) in tables for row in await conn.fetch(f"select t::text from {table} t")
            ]
        finally:
            await conn.close()
        texts[name] = "\n".join(rows)
    return texts


async def _status(app: Client, links: list[Any]) -> list[str]:
    return [(await link_now(app, link))["status"] for link in links]


async def test_what_tokens_could_not_be_told_it_is_told_later(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    stack = await new_stack()
    app = program(http, stack.gateway, stack.api_key)
    page, mark = await a_booking_link(app), an_email().partition("@")[0]
    contact = await a_contact(
        app, name=f"Name-{mark}", email=f"{mark}@example.com", external_ref=f"Ref-{mark}"
    )
    links = [await a_link(app, page, contact_id=contact["id"]) for _ in range(3)]
    booked = (await book_with(app, page, links[0], name=f"Called-{mark}")).data
    await app.post(f"/v1/single-use-links/{links[1]['id']}/revoke")
    bystander = await a_link(app, page)

    await stack.kill("tokens")
    assert (await app.ask("DELETE", f"/v1/contacts/{contact['id']}")).status == 200
    away = await _rows(stack)
    assert mark not in away["booking"]
    assert mark in away["tokens"]

    await stack.restart("tokens")

    async def forgotten() -> bool:
        return mark not in (await _rows(stack))["tokens"]

    await eventually(forgotten)
    assert await _status(app, links) == ["consumed", "revoked", "revoked"]
    assert await link_now(app, bystander) == bystander
    # Counts stay: so many links, so many bookings, and who was there is nobody.
    assert len((await app.get(f"/v1/single-use-links?contact_id={contact['id']}")).data) == 3
    assert (await link_now(app, links[0]))["consumed_by_booking_id"] == booked["id"]
    (kept,) = (await app.get("/v1/bookings")).data
    assert (kept["id"], kept["state"], kept["customer"]) == (
        booked["id"],
        "confirmed",
        {"name": "Erased", "email": ""},
    )
