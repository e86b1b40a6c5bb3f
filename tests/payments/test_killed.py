"""A piece dies at a named place on the way of the money, and again while it recovers: all happens once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from signal import SIGKILL
from typing import Any
from uuid import UUID

import pytest

from tests.eventually import eventually
from tests.faults.records import bookings_on, states_of
from tests.payments.shop import EURO, INSTANT, end_hold, link_is
from tests.payments.till import Till
from tests.system.client import Client
from tests.system.following import now
from tests.system.making import a_booking_link, a_link, book, free_times, wish

PAID = [
    *(
        ("booking", point)
        for point in (
            "book.before_t1",
            "book.after_t1",
            "settle.ruled",
            "settle.applied",
            "payment.opened",
            "payment.session_kept",
            "hint.taken",
            "payment.looked_up",
            "payment.authorised",
            "payment.captured",
            "act.recorded",
            "payment.given_back",
        )
    ),
    *(("tokens", point) for point in ("claim.received", "claim.committed")),
    *(("sandbox_payments", f"sandbox.{done}") for done in ("opened", "paid", "captured", "given_back")),
]
EXPIRED = [
    ("booking", "payment.looked_up"),
    ("booking", "payment.expired"),
    ("sandbox_payments", "sandbox.expired"),
]


class Journey:
    """A visitor, and then a host, who try again until it works."""

    def __init__(self, app: Client, visitor: Client, till: Till, page: Any, body: Any) -> None:
        self._app, self._visitor, self._till, self._page, self._body = app, visitor, till, page, body
        self.booking: dict[str, Any] = {}

    async def hold(self) -> None:
        async def held() -> bool:
            made = await book(self._visitor, self._page, self._body, "the-same-visitor")
            self.booking = made.data if made.status == 201 else {}
            return bool(self.booking)

        await _patiently(held)

    async def pay(self) -> None:
        async def paid() -> bool:
            return bool((await self._till.pay(self.booking))["status"] == "paid")

        await _patiently(paid)
        await self._till.becomes(self.booking, "captured", within=60)

    async def cancel(self) -> None:
        async def cancelled() -> bool:
            await self._app.put(f"/v1/bookings/{self.booking['id']}/cancel")
            return bool((await now(self._app, self.booking))["state"] == "cancelled")

        await _patiently(cancelled)
        await self._till.becomes(self.booking, "refunded", within=60)

    async def let_go(self) -> None:
        """Leave it until the hold ends."""
        await end_hold(self._till, self.booking)
        await self._till.becomes(self.booking, "expired", within=60)


async def _patiently(done: Callable[[], Awaitable[bool]]) -> None:
    await eventually(done, within=60, every=0.2)


@asynccontextmanager
async def _dying(till: Till, piece: str, point: str) -> AsyncIterator[None]:
    """While the body runs, the piece dies at the point twice; each time the money must balance."""
    # Not until it is ready: what the sandbox still says of earlier payments may lead it to the point at once.
    await till.stack.kill(piece)
    till.stack.launch(piece, FAULTS=f"{point}:kill")
    deaths: list[int] = []

    async def revive() -> None:
        while await till.stack.ended(piece, within=120) == -SIGKILL:
            deaths.append(await till.off())
            till.stack.launch(piece, FAULTS=f"{point}:kill" if len(deaths) == 1 else None)

    reviver = asyncio.create_task(revive())
    try:
        yield
        await eventually(lambda: deaths)
    finally:
        reviver.cancel()
    assert deaths in ([0], [0, 0])


async def _journey(app: Client, visitor: Client, till: Till) -> tuple[Journey, dict[str, Any]]:
    page = await a_booking_link(app, graph=INSTANT, price=EURO)
    link = await a_link(app, page)
    start = (await free_times(visitor, page))[0]
    body = wish(start, email=link["contact"]["email"], single_use_token=link["token"])
    return Journey(app, visitor, till, page, body), link


@pytest.mark.parametrize(("piece", "point"), PAID)
async def test_a_piece_that_dies_twice_on_the_way_takes_and_returns_the_money_once(
    app: Client, visitor: Client, till: Till, piece: str, point: str
) -> None:
    journey, link = await _journey(app, visitor, till)
    async with _dying(till, piece, point):
        await journey.hold()
        await journey.pay()
        assert await link_is(app, link) == "consumed"
        await journey.cancel()
    assert await till.moved(journey.booking) == ["authorised", "captured", "refunded"]
    assert (await till.session(journey.booking))["status"] == "paid"
    assert len(await bookings_on(till.stack, UUID(link["id"]))) == 1


@pytest.mark.parametrize(("piece", "point"), EXPIRED)
async def test_a_piece_that_dies_twice_while_a_hold_ends_frees_it_once(
    app: Client, visitor: Client, till: Till, piece: str, point: str
) -> None:
    journey, link = await _journey(app, visitor, till)
    async with _dying(till, piece, point):
        await journey.hold()
        await journey.let_go()
    assert await states_of(till.stack, UUID(journey.booking["id"])) == [
        "confirming",
        "pending_payment",
        "unpaid",
    ]
    assert await till.moved(journey.booking) == []
    assert await link_is(app, link) == "open"
