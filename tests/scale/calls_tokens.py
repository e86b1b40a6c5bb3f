"""Every function of the tokens store, called as the service calls it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
from msgspec.structs import asdict

from services.tokens.openings import Opening
from services.tokens.store import claims, events, export, figures, links
from shared.contracts.figures import CountLinks
from shared.contracts.tokens import (
    Captured,
    ConsumedQuery,
    LinkFilter,
    LinkQuery,
    MintMany,
    Ruling,
    Source,
    Status,
)
from shared.contracts.values import Once
from shared.ids import LAST, new_id
from tests.scale.calls import Calls, events_of
from tests.scale.rows import LARGE, PAGES, SMALL, some

ALL = 10**9
NOW = datetime.now(UTC)
STATUSES: tuple[Status | None, ...] = (None, "open", "expired", "consumed", "revoked")
DAYS = ((None, None), (NOW - timedelta(days=100), NOW - timedelta(days=99)), (NOW - timedelta(days=2), None))


PAGE_IDS = (None, some("page", 0), some("page", PAGES // 2))
CAMPAIGNS = (None, "spring", "campaign 9")
ELSEWHERE = "of the large"
WORDS = ("AMARA-4711@", "Okafor 99", "nobody is called so", "okafor", ELSEWHERE, "100%")


async def calls(conn: "asyncpg.Connection[asyncpg.Record]") -> Calls:
    """What to call, with ids that are there."""
    made = Calls()
    await _links(conn, made)
    await _filtered(conn, made)
    await events_of(conn, made, events)
    await _searched(conn, made)
    return made


async def _filtered(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    """Every filter with a rare value and a frequent one, and all of them together.

    One filter alone has its index; of several, the two narrowest say how many rows may be looked at.
    """
    middle = await conn.fetchval(
        "select id from scheduling_single_use_links where app_id = $1 order by id offset 90000 limit 1", LARGE
    )
    people = (None, some("contact", 7))
    for values in product(STATUSES, PAGE_IDS, people, CAMPAIGNS, DAYS):
        wanted = LinkFilter(*values[:4], *values[4])
        most = await _narrowest(conn, values)
        for app_id, before in ((LARGE, None), (LARGE, middle), (SMALL, None)):
            query = LinkQuery(**asdict(wanted), limit=50, before=before)
            made.add(links.list_, app_id, query, most=most)
            made.add(export.page, app_id, wanted, before or LAST, 1000, asyncio.Event(), most=most)
        for app_id in (LARGE, SMALL):
            made.add(figures.count, app_id, CountLinks(**asdict(wanted)), 1000, most=most)


_SAMPLED = """
    select split_part((histogram_bounds::text::text[])[50], ' ', 3)
    from pg_stats_ext_exprs where statistics_name = 'links_searched'"""


async def _searched(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    """Words of one contact, of nobody, of everybody, and of everybody in the other app, with every filter.

    Of what each of several filters leaves, all may be looked at; words alone have their index, but for words
    that are frequent elsewhere and here in no name: these are looked for link by link.
    """
    own = await _count_of(conn, SMALL, LinkFilter())
    filters = product(STATUSES[:2], PAGE_IDS[:2], CAMPAIGNS[:2], DAYS[:2])
    for q, (status, page, campaign, days) in product(WORDS, filters):
        wanted = LinkFilter(status, page, None, campaign, days[0], days[1], q)
        given = enumerate((status, page, None, campaign, days))
        others = sum([await _count(conn, n, value) for n, value in given if _given(value)])
        others += await _count(conn, 6, q) if others else 0
        for app_id in (LARGE, SMALL):
            most = others or (own if app_id == SMALL and q == ELSEWHERE else 0)
            made.add(links.list_, app_id, LinkQuery(**asdict(wanted), limit=50), most=most)
            made.add(export.page, app_id, wanted, LAST, 1000, asyncio.Event(), most=most)
            made.add(figures.count, app_id, CountLinks(**asdict(wanted)), 1000, most=most)
    # The one link that statistics know stands for a hundredth of all to the planner.
    sampled = await conn.fetchval(_SAMPLED)
    for app_id in (LARGE, SMALL):
        made.add(links.list_, app_id, LinkQuery(q=sampled, limit=50))


def _given(value: object) -> bool:
    return value not in (None, (None, None))


async def _narrowest(conn: "asyncpg.Connection[asyncpg.Record]", values: Sequence[Any]) -> int:
    """How many links the two narrowest of several filters leave; 0 for a single one."""
    counts = [await _count(conn, number, value) for number, value in enumerate(values) if _given(value)]
    return sum(sorted(counts)[:2]) if len(counts) > 1 else 0


async def _count(conn: "asyncpg.Connection[asyncpg.Record]", number: int, value: Any) -> int:
    """How many links of both apps one filter leaves."""
    if (number, value) not in _COUNTED:
        wanted = LinkFilter(*([None] * number), *(value if isinstance(value, tuple) else [value]))
        _COUNTED[number, value] = sum([await _count_of(conn, app_id, wanted) for app_id in (LARGE, SMALL)])
    return _COUNTED[number, value]


async def _count_of(conn: "asyncpg.Connection[asyncpg.Record]", app_id: UUID, wanted: LinkFilter) -> int:
    rows, values = links.newest(app_id, wanted, None, ALL)
    count: int = await conn.fetchval(f"select count(*) from ({rows}) as found", *values)
    return count


_COUNTED: dict[tuple[int, Any], int] = {}


async def _links(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    ids = [row[0] for row in await conn.fetch("select id from scheduling_single_use_links limit 1000")]
    unspent = await conn.fetchval(
        """select id from scheduling_single_use_links
        where consumed_at is null and revoked_at is null offset 9000 limit 1"""
    )
    recipients = [Captured(some("contact", n), "Amara Okafor", f"amara-{n}@example.com") for n in range(1000)]
    mint = MintMany(LARGE, some("page", 3), "page-3", recipients, source=Source("api"))
    once = Once("key of now", "body")
    made.add(links.insert, [new_id() for _ in recipients], 1, mint, None, 30)
    made.add(links.get, ids[500])
    made.add(links.get_many, ids)
    made.add(links.revoke, LARGE, unspent)
    made.add(links.change_expiry, LARGE, unspent, NOW + timedelta(days=3))
    made.add(links.erase_contact, LARGE, some("contact", 40))
    made.add(links.count_openings, {link_id: Opening(2, NOW, NOW) for link_id in ids})
    made.add(links.note_expired, 1000)
    made.add(links.claim_key, LARGE, once, ids[:1])
    made.add(links.find_key, LARGE, "key 777")
    made.add(claims.lock, unspent)
    made.add(claims.get, ids[500], some("booking", 501))
    for verdict in ("consumed", "admitted", "fenced"):
        made.add(claims.write, unspent, new_id(), Ruling(verdict))
    made.add(claims.list_newest, ids[:200])
    made.add(claims.list_consumed, ConsumedQuery())
    made.add(claims.list_consumed, ConsumedQuery(unspent, 1000))
