"""A booking completes one hour after its end, once, and nothing else does."""

from typing import Any

import asyncpg

from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client
from tests.system.making import a_booking_link, a_link, book_with, free_times, link_now, wish

_MOVE = """
    update bookings set start_at = start_at - away, end_at = end_at - away,
        busy = tstzrange(lower(busy) - away, upper(busy) - away)
    from (select end_at - now() + make_interval(mins => $2) as away from bookings where id = $1) as moved
    where id = $1"""


async def _booked(app: Client, page: dict[str, Any]) -> dict[str, Any]:
    order = {**wish((await free_times(app, page))[0]), "booking_link_id": page["id"]}
    made: dict[str, Any] = (await app.post("/v1/bookings", order)).data
    return made


async def test_what_is_an_hour_over_completes_by_itself(app: Client, stack: Stack) -> None:
    pages = [await a_booking_link(app) for _ in range(4)]
    link = await a_link(app, pages[0])
    over = (await book_with(app, pages[0], link)).data
    missed, just_over, cancelled = [await _booked(app, page) for page in pages[1:]]
    await app.put(f"/v1/bookings/{missed['id']}/no_show")
    await app.put(f"/v1/bookings/{cancelled['id']}/cancel")
    conn = await asyncpg.connect(stack.dsn["booking"])
    try:
        for booking, ago in ((just_over, 59), (cancelled, 90), (missed, 61), (over, 61)):
            await conn.execute(_MOVE, booking["id"], ago)

        async def states() -> list[str]:
            every = (over, missed, just_over, cancelled)
            return [(await app.get(f"/v1/bookings/{booking['id']}")).data["state"] for booking in every]

        expected = ["completed", "completed", "confirmed", "cancelled"]
        await eventually(lambda: _same(states, expected))
        noted = await conn.fetch(
            """select from_state, to_state, actor from transitions
            where booking_id = $1 and action = 'complete'""",
            over["id"],
        )
        assert [tuple(row) for row in noted] == [("confirmed", "completed", "bookonce")]
    finally:
        await conn.close()
        # In a minute it would be over too, and change under a test that expects no change.
        await app.put(f"/v1/bookings/{just_over['id']}/cancel")
    now = (await app.get(f"/v1/bookings/{missed['id']}")).data
    assert now["no_show_at"] is not None
    assert now["completed_at"] is not None
    assert (await app.put(f"/v1/bookings/{over['id']}/complete")).refused == (409, "action_not_available")
    assert (await link_now(app, link))["status"] == "consumed"


async def _same(states: Any, expected: list[str]) -> bool:
    return bool(await states() == expected)
