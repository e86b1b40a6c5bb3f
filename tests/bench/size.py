"""The same calls of the tokens service with ten million links and with ten thousand: `--big`, ten minutes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg

from shared.call import Peers
from shared.capability import Keyring
from shared.contracts import tokens
from shared.contracts.tokens import Claim, LinkQuery, Open
from shared.identity import Identity
from shared.ids import new_id
from tests.bench.ratios import slowness
from tests.scale.rows import LARGE, fill_links
from tests.stack import Server, Stack

LARGE_SIZE, SMALL_SIZE = 10_000_000, 10_000
CALLS, WARM_UP = 500, 50
FULL_PAGE = 100
"""So many open links are older than those that are asked for, so that every page is full on both sides."""
Work = Callable[["Side"], Callable[[asyncpg.Record], Awaitable[object]]]


class Side:
    """A tokens service over so many links, and ways to call it."""

    def __init__(self, stack: Stack, open_links: Sequence[asyncpg.Record]) -> None:
        self.open_links = open_links
        url = {"tokens": stack.urls["tokens"]}
        self.gateway, self.booking = (
            Peers(Identity(name, stack.environment(name)["SERVICE_KEY"]), url)
            for name in ("gateway", "booking")
        )
        self.keyring = Keyring("single-use-link", stack.environment("tokens")["LINK_KEYRING"])

    async def close(self) -> None:
        await asyncio.gather(self.gateway.close(), self.booking.close())


def look_up(side: Side) -> Callable[[asyncpg.Record], Awaitable[object]]:
    return lambda row: side.gateway.call(tokens.open_link, Open(side.keyring.token(row["id"], 1)))


def consume(side: Side) -> Callable[[asyncpg.Record], Awaitable[object]]:
    def call(row: asyncpg.Record) -> Awaitable[object]:
        claim = Claim(LARGE, row["booking_link_id"], row["contact_email"])
        return side.booking.call(tokens.consume, claim, link_id=row["id"], booking_id=new_id())

    return call


def page_of(**filters: Any) -> Work:
    def work(side: Side) -> Callable[[asyncpg.Record], Awaitable[object]]:
        return lambda row: side.gateway.call(
            tokens.list_links, LinkQuery(before=row["id"], **filters), app_id=LARGE
        )

    return work


async def measure(postgres: Server) -> None:
    """Median times of calls on links chosen at random, the two sides in turn."""
    async with postgres.stack() as much, postgres.stack() as little:
        sides = [await _side(much, LARGE_SIZE), await _side(little, SMALL_SIZE)]
        work: dict[str, Work] = {
            "look-up": look_up,
            "list page": page_of(),
            "list page, open": page_of(status="open"),
            "list page, a campaign": page_of(campaign="spring"),
            "consume": consume,
        }
        for name, make in work.items():
            large, small = await _in_turn([(make(side), side.open_links) for side in sides])
            slowness(f"{name}, 10,000,000 links", large, small, "<= 1.2")
        for side in sides:
            await side.close()


async def _in_turn(
    sides: Sequence[tuple[Callable[[asyncpg.Record], Awaitable[object]], Sequence[asyncpg.Record]]],
) -> list[list[float]]:
    """Seconds of each call of each side; every link is used once, and the first calls are a warm-up."""
    times: list[list[float]] = [[] for _ in sides]
    calls = min(CALLS, *(len(links) for _, links in sides))
    for number in range(calls):
        for took, (call, links) in zip(times, sides, strict=True):
            began = time.perf_counter()
            await call(links[number])
            took.append(time.perf_counter() - began)
    return [took[WARM_UP:] for took in times]


async def _side(stack: Stack, links: int) -> Side:
    began = time.perf_counter()
    conn = await asyncpg.connect(stack.dsn["tokens"])
    await fill_links(conn, links)
    size = await conn.fetchval("select pg_size_pretty(pg_database_size(current_database()))")
    print(f"{links:,} links made in {time.perf_counter() - began:.0f} s, {size}", flush=True)
    chosen = """
        select id, booking_link_id, contact_email from (
            select *, row_number() over (order by id) as place from scheduling_single_use_links
            where app_id = $1 and consumed_at is null and revoked_at is null and expiry_noted_at is null
              and (expires_at is null or expires_at > now() + interval '1 hour')) as open
        where place > $3 order by md5(id::text) limit $2"""
    rows = await conn.fetch(chosen, LARGE, CALLS, FULL_PAGE)
    await conn.close()
    return Side(stack, rows)
