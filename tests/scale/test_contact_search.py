"""Among 200,000 contacts a search finds what a look at each of them finds, page by page."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.booking.store import contacts
from shared.contracts.contacts import ContactQuery
from tests.scale.rows import LARGE, SMALL

EACH = """
    select id from contacts
    where app_id = $1 and erased_at is null and ($3::uuid is null or id < $3)
      and position(lower($2) in lower(name || ' ' || email || ' ' || coalesce(external_ref, ''))) > 0
    order by id desc limit $4"""
MOST = 50
# Of everybody, of some of the newest or of old ones alone, of one, of nobody; and too short for trigrams.
WORDS = ("okafor", "Okafor 1999", "crm:777", "amara-4711@", "crm:99999", "nobody", "100%", "_", "9 ", "77")


async def _found(conn: Any, app_id: UUID, query: ContactQuery) -> list[UUID]:
    return [contact.id for contact in await contacts.list_(conn, app_id, query)]


@pytest.mark.parametrize("app_id", [LARGE, SMALL])
@pytest.mark.parametrize("q", WORDS)
async def test_search_finds_what_a_look_at_each_contact_finds(
    large: dict[str, str], app_id: UUID, q: str
) -> None:
    conn = await asyncpg.connect(large["booking"])
    try:
        before = None
        for _ in range(3):
            wanted = [row[0] for row in await conn.fetch(EACH, app_id, q, before, MOST + 1)]
            assert await _found(conn, app_id, ContactQuery(MOST, before, q)) == wanted
            before = wanted[-1] if wanted else UUID(int=0)
    finally:
        await conn.close()
