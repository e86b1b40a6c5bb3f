"""What the door does when it is knocked at too often, too much at once, or nobody answers behind it."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from signal import SIGCONT, SIGSTOP
from typing import Any

import aiohttp
import pytest

from gateway.edge import SECONDS
from gateway.limits import BOOKING, EVERYTHING, ONE_TOKEN
from tests.conftest import NewStack
from tests.eventually import eventually
from tests.stack import Server, Stack
from tests.system.client import Answer, Client, program, visitor
from tests.system.making import a_booking_link, a_link, free_times, wish


@pytest.fixture(scope="module")
async def guarded(postgres: Server) -> AsyncIterator[Stack]:
    """A stack that limits its clients and believes no proxy."""
    async with postgres.stack(gateway={"RATE_LIMITS": "on"}) as running:
        yield running


def _wait(answer: Answer) -> int:
    assert answer.refused == (429, "too_many_requests")
    return int(answer.headers["Retry-After"])


async def test_without_a_trusted_proxy_a_forwarded_address_is_only_a_claim(
    http: aiohttp.ClientSession, guarded: Stack
) -> None:
    client = visitor(http, guarded.gateway)
    claims = ({"X-Forwarded-For": f"203.0.113.{number}"} for number in itertools.count(1))
    body = wish("2030-01-01T09:00:00Z")
    for _ in range(BOOKING.amount):
        answer = await client.post("/book/no-such-page", body, headers=next(claims))
        assert answer.refused == (404, "not_found")
    assert 1 <= _wait(await client.post("/book/no-such-page", body, headers=next(claims))) <= 60
    assert 1 <= _wait(await client.post("/book/no-such-page", body)) <= 60


async def test_a_token_is_looked_into_so_often_and_no_more(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    stack = await new_stack(gateway={"RATE_LIMITS": "on", "TRUSTED_PROXIES": "127.0.0.0/8"})
    app = program(http, stack.gateway, stack.api_key)
    page = await a_booking_link(app)
    tried, other = await a_link(app, page), await a_link(app, page)
    addresses = ({"X-Forwarded-For": f"203.0.113.{number}"} for number in itertools.count(1))

    async def prefill(link: dict[str, Any]) -> Answer:
        asked = {"single_use_token": link["token"]}
        return await app.post(f"/book/{page['slug']}/prefill", asked, headers=next(addresses))

    for _ in range(ONE_TOKEN.amount):
        assert (await prefill(tried)).status == 200
    assert 1 <= _wait(await prefill(tried)) <= 60
    assert (await prefill(other)).status == 200


async def test_a_client_that_asks_for_everything_is_stopped_but_for_probes_and_static_files(
    http: aiohttp.ClientSession, guarded: Stack
) -> None:
    app = program(http, guarded.gateway, guarded.api_key)
    asked = iter(range(EVERYTHING.amount + 1))

    async def knock() -> None:
        for _ in asked:
            await app.get("/nothing")

    await asyncio.gather(*(knock() for _ in range(16)))
    for path in ("/nothing", "/v1/contacts", "/book/no-such-page", "/single-use/nope", "/openapi.json"):
        assert 1 <= _wait(await app.get(path)) <= 60, path
    for path in ("/healthz", "/readyz", "/metrics", "/static/page.css"):
        for _ in range(3):
            assert (await app.get(path)).status == 200, path


@contextmanager
def _frozen(stack: Stack, piece: str) -> Iterator[None]:
    stack.signal(piece, SIGSTOP)
    try:
        yield
    finally:
        stack.signal(piece, SIGCONT)


async def test_more_than_can_be_served_is_refused_at_once_and_probes_are_answered(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    most = 3
    stack = await new_stack(gateway={"MOST_REQUESTS": str(most)})
    app = program(http, stack.gateway, stack.api_key)
    page = await a_booking_link(app)
    link = await a_link(app, page)
    with _frozen(stack, "booking"):
        asked = {asyncio.create_task(app.get(f"/book/{page['slug']}")) for _ in range(most + 2)}
        await eventually(lambda: sum(task.done() for task in asked) == 2)
        refused = {task for task in asked if task.done()}
        for answer in (*(task.result() for task in refused), await app.get(f"/single-use/{link['token']}")):
            assert answer.refused == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
        for path in ("/healthz", "/readyz", "/metrics"):
            assert (await app.get(path)).status == 200, path
        assert {task for task in asked if task.done()} == refused
    assert [answer.status for answer in await asyncio.gather(*(asked - refused))] == [200] * most
    assert (await app.get(f"/single-use/{link['token']}")).status == 200


async def test_a_piece_that_does_not_answer_is_given_up_in_time_and_nothing_is_lost(
    new_stack: NewStack, http: aiohttp.ClientSession
) -> None:
    stack = await new_stack()
    app = program(http, stack.gateway, stack.api_key)
    page = await a_booking_link(app)
    link, times = await a_link(app, page), await free_times(app, page)
    body = wish(times[0], email=link["contact"]["email"], single_use_token=link["token"])
    requests = {
        "tokens": (
            lambda: app.get(f"/single-use/{link['token']}"),
            lambda: app.get("/v1/single-use-links.csv"),
            lambda: app.post(f"/book/{page['slug']}", body, key="slow"),
        ),
        "booking": (lambda: app.get(f"/book/{page['slug']}"), lambda: app.get("/v1/bookings")),
    }

    async def timed(piece: str) -> list[tuple[Answer, float]]:
        async def one(request: Any) -> tuple[Answer, float]:
            began = time.monotonic()
            return await request(), time.monotonic() - began

        return await asyncio.gather(*(one(request) for request in requests[piece]))

    with _frozen(stack, "tokens"), _frozen(stack, "booking"):
        answered = [pair for pairs in await asyncio.gather(*map(timed, requests)) for pair in pairs]
        assert (await app.get("/healthz")).status == 200
    for answer, seconds in answered:
        assert answer.refused in ((504, "timeout"), (503, "unavailable"))
        assert int(answer.headers.get("Retry-After", 1)) >= 1
        assert seconds < SECONDS + 2

    async def booked() -> bool:
        again = await app.post(f"/book/{page['slug']}", body, key="slow")
        return again.status == 201 and again.data["state"] == "confirmed"

    await eventually(booked)
    assert len((await app.get("/v1/bookings")).data) == 1


async def test_no_other_website_may_read_anything(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app)
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    slots = f"/book/{page['slug']}/slots?from=2030-01-01&to=2030-01-02&timezone=UTC"
    paths = ("/v1/contacts", "/v1/single-use-links.csv", f"/book/{page['slug']}", slots, "/nothing")
    for path in (*paths, "/openapi.json", "/static/page.css", "/healthz"):
        for method in ("OPTIONS", "GET", "HEAD"):
            answer = await app.ask(method, path, headers=origin)
            allowed = [name for name in answer.headers if name.lower().startswith("access-control-")]
            assert allowed == [], (method, path)
            if method == "OPTIONS":
                assert answer.status == 405 or answer.status == 404, path
