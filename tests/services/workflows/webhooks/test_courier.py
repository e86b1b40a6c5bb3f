"""What a receiver answers, and what it cannot make the sender do."""

import asyncio
import gzip
import itertools
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web

from services.workflows.webhooks import courier as courier_module
from services.workflows.webhooks.courier import Addresses, Answer, Courier
from tests.webhooks.receiver import Receiver, answering, receiving

BODY = b'{"type": "booking.confirmed"}'
MANY = 500
"""Chunks of 64 kB: far more than what two sockets hold between them."""
INSIDE = "its address is not a public one"


@asynccontextmanager
async def a_courier(addresses: Addresses = "allow", seconds: float = 5) -> AsyncIterator[Courier]:
    courier = Courier(addresses, seconds)
    try:
        yield courier
    finally:
        await courier.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


async def sent(url: str, addresses: Addresses = "allow", seconds: float = 5) -> Answer:
    async with a_courier(addresses, seconds) as courier:
        return await courier.send(url, {"webhook-id": "1"}, BODY)


async def test_a_body_arrives_as_it_is_with_what_names_it(receiver: Receiver) -> None:
    answer = await sent(receiver.url)
    [came] = receiver.received
    assert (answer.delivered, answer.status, answer.error, came.body) == (True, 204, None, BODY)
    named = ("content-type", "user-agent", "webhook-id", "accept-encoding", "cookie")
    assert [came.headers.get(name) for name in named] == ["application/json", "Bookonce", "1", None, None]


@pytest.mark.parametrize(("status", "gone"), [(400, False), (410, True), (500, False)])
async def test_a_refusal_is_told_with_what_the_receiver_said(
    receiver: Receiver, status: int, gone: bool
) -> None:
    receiver.answers.append(answering(status, "no\0 thanks"))
    answer = await sent(receiver.url)
    assert (answer.delivered, answer.gone, answer.status) == (False, gone, status)
    assert (answer.error, answer.body) == (f"answered {status}", "no\ufffd thanks")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    async with receiving() as inside:
        receiver.answers.append(answering(status, location=inside.url))
        answer = await sent(receiver.url)
        assert (answer.delivered, answer.error) == (False, f"answered {status}: redirects are not followed")
        assert inside.received == []
    assert len(receiver.received) == 1


async def test_a_receiver_that_does_not_answer_is_left(receiver: Receiver) -> None:
    released = asyncio.Event()

    async def silence(_: web.Request) -> web.Response:
        await released.wait()
        return web.Response()

    receiver.answers.append(silence)
    answer = await sent(receiver.url, seconds=0.3)
    released.set()
    assert (answer.status, answer.error) == (None, "no answer within 0.3 seconds")


async def test_an_answer_that_trickles_is_taken_by_its_status(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier_module, "BODY_SECONDS", 0.3)
    released = asyncio.Event()

    async def trickle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"thank")
        await released.wait()
        return response

    receiver.answers.append(trickle)
    answer = await sent(receiver.url)
    released.set()
    assert (answer.delivered, answer.body) == (True, "thank")


async def test_of_a_huge_answer_only_the_beginning_is_read(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier_module, "BODY_SECONDS", 600)
    hung_up, chunks = asyncio.Event(), itertools.count()

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while next(chunks) < MANY:
                await response.write(b"a" * 65536)
        except ConnectionError:
            hung_up.set()
        return response

    receiver.answers.append(flood)
    async with asyncio.timeout(5):
        answer = await sent(receiver.url)
        await hung_up.wait()
    assert (answer.delivered, answer.body) == (True, "a" * 2048)
    assert next(chunks) < MANY


async def test_a_packed_answer_is_not_unpacked(receiver: Receiver) -> None:
    async def packed(_: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(10_000_000)), headers={"content-encoding": "gzip"})

    receiver.answers.append(packed)
    answer = await sent(receiver.url)
    assert answer.delivered
    assert answer.body.startswith("\x1f")


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("120", timedelta(minutes=2)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("99999999999999999999", None),
    ],
)
async def test_a_receiver_says_when_to_come_back(
    receiver: Receiver, text: str, wish: timedelta | None
) -> None:
    receiver.answers.append(answering(503, retry_after=text))
    assert (await sent(receiver.url)).wish == wish


async def test_cookies_do_not_come_back(receiver: Receiver) -> None:
    receiver.answers.append(answering(200, set_cookie="seen=1"))
    async with a_courier() as courier:
        for _ in range(2):
            await courier.send(receiver.url, {}, BODY)
    assert ["cookie" in came.headers for came in receiver.received] == [False, False]


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket on every address of this machine."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        server.setblocking(False)
        yield server


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "[::]"])
async def test_nothing_of_this_machine_is_connected_to_however_it_is_spelled(
    host: str, listening: socket.socket
) -> None:
    url = f"http://{host}:{listening.getsockname()[1]}/"
    assert (await sent(url, "refuse")).error == INSIDE
    with pytest.raises(BlockingIOError):
        listening.accept()
    await sent(url, "allow", seconds=0.3)
    listening.accept()[0].close()


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0177.0.0.1"])
async def test_a_number_that_is_no_plain_address_is_not_even_tried(host: str) -> None:
    assert (await sent(f"http://{host}:1/", "allow")).error == "its address cannot be used"
