"""A page of 200 bookings with all its action links and offers; the floor is the same page without them."""

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import asyncpg
from aiohttp import ClientSession

from tests.bench.material import a_booking_link, client
from tests.bench.ratios import in_turn, speed
from tests.stack import Stack

BOOKINGS, ASKED, ROUNDS = 200, 20, 5
EVERYTHING = "&include=customer_action_links,action_links,available_actions"

_BOOK = f"""
    insert into bookings (
        id, app_id, host_id, booking_link_id, graph, state, toward, start_at, end_at, busy, timezone,
        customer_name, customer_email, answers, status_key_id, confirmed_at)
    select md5('includes' || n)::uuid, app_id, host_id, l.id, 'instant', 'confirmed', 'confirmed',
        start, start + interval '30 minutes', tstzrange(start, start + interval '30 minutes'), 'UTC',
        'Amara Okafor', 'amara@example.com', '{{}}', 1, now()
    from booking_links l, generate_series(1, {BOOKINGS}) as n,
        lateral (select $2::timestamptz + n * interval '1 hour' as start) as at
    where l.id = $1"""


async def measure(stack: Stack) -> None:
    """Bookings per second."""
    async with client(stack) as api:
        page = await a_booking_link(api, "includes")
        conn = await asyncpg.connect(stack.dsn["booking"])
        await conn.execute(_BOOK, page, datetime.now(UTC) + timedelta(days=1))
        await conn.close()
        plain = f"/v1/bookings?limit={BOOKINGS}&booking_link_id={page}"
        pairs = await in_turn(_asking(api, plain + EVERYTHING), _asking(api, plain), ROUNDS)
        speed("bookings with links, by 200", pairs, ASKED * BOOKINGS, "bookings", "none")


def _asking(api: ClientSession, address: str) -> Callable[[], Awaitable[float]]:
    async def run() -> float:
        began = time.perf_counter()
        for _ in range(ASKED):
            async with api.get(address) as response:
                told = await response.read()
                assert response.status == 200, told[:300]
        return time.perf_counter() - began

    return run
