"""Links by the ten thousand through the API; the floor inserts the same rows, their events among them."""

import itertools
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from aiohttp import ClientSession

from shared.ids import new_ids
from tests.bench.material import a_booking_link, an_app, client
from tests.bench.ratios import in_turn, speed
from tests.stack import Stack

LINKS, ROUNDS = 10_000, 5
BULK = "/v1/single-use-links/bulk"

_CONTACTS = """
    insert into contacts (id, app_id, name, email)
    select id, $2, 'Amara Okafor', email from unnest($1::uuid[], $3::text[]) as r (id, email)"""
_LINKS = """
    with made as (
        insert into scheduling_single_use_links (
            id, app_id, key_id, booking_link_id, slug, contact_id, contact_name, contact_email,
            strict_email_match, expires_at, channel)
        select id, $3, 1, $4, 'bench', contact_id, 'Amara Okafor', email, false, now() + interval '30 days',
            'api'
        from unnest($1::uuid[], $2::uuid[], $5::text[]) as r (id, contact_id, email)
        returning id, app_id)
    insert into events (id, app_id, type, subject_id, occurred_at)
    select id, app_id, 'single_use_link.created', id, now() from made"""

_marks = itertools.count(1)


def _emails() -> list[str]:
    mark = next(_marks)
    return [f"amara-{mark}-{number}@example.com" for number in range(LINKS)]


async def measure(product: Stack, databases: Stack) -> None:
    """With contacts that are known, and with contacts that are made on the way."""
    async with client(product) as api:
        page = await a_booking_link(api, "bulk")
        tokens = await asyncpg.connect(databases.dsn["tokens"])
        booking = await asyncpg.connect(databases.dsn["booking"])
        app_id, page_id = await an_app(api), UUID(page)

        async def order(row: Callable[[str], dict[str, str]], emails: list[str]) -> tuple[float, Any]:
            body = msgspec.json.encode(
                {"booking_link_id": page, "contacts": [row(email) for email in emails]}
            )
            return await _post(api, body)

        def inline(email: str) -> dict[str, str]:
            return {"name": "Amara Okafor", "email": email}

        async def insert_links(people: list[UUID], emails: list[str]) -> None:
            await tokens.execute(_LINKS, new_ids(LINKS), people, app_id, page_id, emails)

        async def with_new_contacts() -> float:
            return (await order(inline, _emails()))[0]

        async def insert_both() -> float:
            emails, people = _emails(), new_ids(LINKS)
            began = time.perf_counter()
            await booking.execute(_CONTACTS, people, app_id, emails)
            await insert_links(people, emails)
            return time.perf_counter() - began

        known_emails = _emails()
        made = msgspec.json.decode((await order(inline, known_emails))[1])["data"]
        known = {result["link"]["contact"]["email"]: result["link"]["contact"]["id"] for result in made}
        people = [UUID(known[email]) for email in known_emails]

        async def with_known_contacts() -> float:
            return (await order(lambda email: {"contact_id": known[email]}, known_emails))[0]

        async def insert_only_links() -> float:
            began = time.perf_counter()
            await insert_links(people, known_emails)
            return time.perf_counter() - began

        pairs = await in_turn(with_known_contacts, insert_only_links, ROUNDS)
        speed("mint in bulk, contacts known", pairs, LINKS, "links", ">= 0.5")
        pairs = await in_turn(with_new_contacts, insert_both, ROUNDS)
        speed("mint in bulk, contacts made too", pairs, LINKS, "links", ">= 0.5")
        await tokens.close()
        await booking.close()


async def _post(api: ClientSession, body: bytes) -> tuple[float, bytes]:
    """Seconds until the whole answer was there, and the answer."""
    began = time.perf_counter()
    async with api.post(BULK, data=body, headers={"Content-Type": "application/json"}) as response:
        answer = await response.read()
    took = time.perf_counter() - began
    assert response.status == 200, answer[:300]
    return took, answer
