"""A month of free times of a busy host: how much processor time it costs each piece."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from tests.bench.material import a_booking_link, client
from tests.stack import Stack

BOOKINGS, REQUESTS = 1000, 200
TICKS = os.sysconf("SC_CLK_TCK")

# Every 43 minutes half an hour, all in the month that is asked for.
_BOOK = f"""
    insert into bookings (
        id, app_id, host_id, booking_link_id, graph, state, toward, start_at, end_at, busy, timezone,
        customer_name, customer_email, answers, status_key_id, confirmed_at)
    select md5('slots' || n)::uuid, app_id, host_id, l.id, 'instant', 'confirmed', 'confirmed',
        start, start + interval '30 minutes', tstzrange(start, start + interval '30 minutes'), 'UTC',
        'Amara Okafor', 'amara@example.com', '{{}}', 1, now()
    from booking_links l, generate_series(1, {BOOKINGS}) as n,
        lateral (select $2::timestamptz + n * interval '43 minutes' as start) as at
    where l.id = $1"""


async def measure(stack: Stack) -> None:
    """Milliseconds of processor time per answer."""
    first = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    async with client(stack) as api:
        page = await a_booking_link(api, "busy")
        conn = await asyncpg.connect(stack.dsn["booking"])
        await conn.execute(_BOOK, page, first)
        await conn.execute("analyze")
        await conn.close()
        days = f"from={first.date()}&to={first.date() + timedelta(days=30)}&timezone=Europe/Berlin"

        async def ask(times: int) -> int:
            for _ in range(times):
                async with api.get(f"/book/busy/slots?{days}") as response:
                    found = len((await response.json())["data"]["slots"])
            return found

        await ask(20)
        before = {piece: _ticks(stack.pid(piece)) for piece in ("booking", "gateway")}
        free = await ask(REQUESTS)
        for piece, ticks in before.items():
            spent = (_ticks(stack.pid(piece)) - ticks) / TICKS / REQUESTS * 1000
            budget = ";  budget <= 3" if piece == "booking" else ""
            print(
                f"{f'a month of slots, {piece}':34} {spent:7.2f} ms of CPU ({free} free){budget}", flush=True
            )


def _ticks(pid: int) -> int:
    """Processor time that a process has used so far, its own and the kernel's for it."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])
