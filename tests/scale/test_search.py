"""Among 200,000 a search finds what a look at each of them finds, page by page."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.booking.store import contacts
from services.tokens.store import links
from services.tokens.store.links import DUE, STATUS
from shared.contracts.contacts import ContactQuery
from shared.contracts.tokens import LinkQuery, Status
from tests.scale.rows import LARGE, SMALL

CONTACTS = """
    select id from contacts
    where app_id = $1 and erased_at is null and ($3::uuid is null or id < $3)
      and position(lower($2) in lower(name || ' ' || email || ' ' || coalesce(external_ref, ''))) > 0
    order by id desc limit $4"""
LINKS = """
    select id from scheduling_single_use_links
    where app_id = $1 and ($3::uuid is null or id < $3) and {state}
      and position(lower($2) in lower(contact_name || ' ' || contact_email)) > 0
    order by id desc limit $4"""
STATES: dict[Status | None, str] = {
    None: "true",
    "open": STATUS["open"],
    "expired": f"(({STATUS['expired']}) or ({DUE}))",
}
MOST = 50
# Of everybody, of some of the newest or of old ones alone, of one, of nobody; and too short for trigrams.
WORDS = ("okafor", "Okafor 1999", "crm:777", "amara-4711@", "-99999@", "nobody", "100%", "_", "9 ", "77")
each_app = pytest.mark.parametrize("app_id", [LARGE, SMALL])


@each_app
@pytest.mark.parametrize("q", WORDS)
async def test_search_of_contacts_finds_what_a_look_at_each_finds(
    large: dict[str, str], app_id: UUID, q: str
) -> None:
    async def found(conn: Any, before: UUID | None) -> list[UUID]:
        return [contact.id for contact in await contacts.list_(conn, app_id, ContactQuery(MOST, before, q))]

    await _compare(large["booking"], CONTACTS, found, app_id, q)


@each_app
@pytest.mark.parametrize("q", WORDS)
@pytest.mark.parametrize("status", STATES)
async def test_search_of_links_finds_what_a_look_at_each_finds(
    large: dict[str, str], app_id: UUID, q: str, status: Status | None
) -> None:
    async def found(conn: Any, before: UUID | None) -> list[UUID]:
        query = LinkQuery(status=status, q=q, limit=MOST, before=before)
        return [link.id for link, _ in await links.list_(conn, app_id, query)]

    await _compare(large["tokens"], LINKS.format(state=STATES[status]), found, app_id, q)


async def _compare(dsn: str, each: str, found: Any, app_id: UUID, q: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        before = None
        for _ in range(3):
            wanted = [row[0] for row in await conn.fetch(each, app_id, q, before, MOST + 1)]
            assert await found(conn, before) == wanted
            before = wanted[-1] if wanted else UUID(int=0)
    finally:
        await conn.close()
