"""What is tried again: only what is safe, only after a fault of the connection, only within a budget."""

import asyncio
import time

import pytest

from shared import deadline
from shared.call import REPEATS
from shared.contracts.operation import Nothing, Operation
from shared.errors import Refusal
from tests.shared.serving import calling, misbehaving

safe = Operation("owner", "POST", "/internal/safe", Nothing, Nothing, frozenset({"caller"}), repeatable=True)
unsafe = Operation("owner", "POST", "/internal/unsafe", Nothing, Nothing, frozenset({"caller"}))
either = pytest.mark.parametrize("operation", [safe, unsafe], ids=["safe", "unsafe"])
NOWHERE = "http://127.0.0.1:1"


async def _hang_up(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    return None


async def _half(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"half":')
    await writer.drain()


async def _garbage(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 5\r\n\r\noops!")
    await writer.drain()


async def _second_time(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if number > 1:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()


async def _refuse(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    body = b'{"code":"slot_taken"}'
    writer.write(b"HTTP/1.1 409 Conflict\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    await writer.drain()


async def _silence(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _refused(operation: Operation[Nothing, Nothing], url: str, seconds: float = 10) -> str:
    async with calling(url) as peers:
        with pytest.raises(Refusal) as refused:
            async with deadline.within(seconds):
                await peers.call(operation, Nothing())
    return refused.value.code


@either
async def test_nobody_there_is_unavailable(operation: Operation[Nothing, Nothing]) -> None:
    assert await _refused(operation, NOWHERE) == "unavailable"


@either
@pytest.mark.parametrize("broken", [_hang_up, _half, _garbage], ids=["hangs up", "breaks off", "garbage"])
async def test_a_broken_answer_is_unavailable_and_only_what_is_safe_is_tried_again(
    operation: Operation[Nothing, Nothing], broken: object
) -> None:
    async with misbehaving(broken) as (url, requests):  # type: ignore[arg-type]
        assert await _refused(operation, url) == "unavailable"
        assert len(requests) == (1 + REPEATS if operation.repeatable else 1)


async def test_a_safe_call_that_works_the_second_time_has_worked() -> None:
    async with misbehaving(_second_time) as (url, requests), calling(url) as peers:
        assert await peers.call(safe, Nothing()) == Nothing()
        assert len(requests) == 2


async def test_an_unsafe_call_is_never_sent_twice() -> None:
    async with misbehaving(_second_time) as (url, requests):
        assert await _refused(unsafe, url) == "unavailable"
        assert len(requests) == 1


@either
async def test_a_refusal_is_an_answer_and_not_tried_again(operation: Operation[Nothing, Nothing]) -> None:
    async with misbehaving(_refuse) as (url, requests):
        assert await _refused(operation, url) == "slot_taken"
        assert len(requests) == 1


@either
async def test_silence_is_timeout_when_the_time_is_over_and_not_tried_again(
    operation: Operation[Nothing, Nothing],
) -> None:
    async with misbehaving(_silence) as (url, requests):
        began = time.monotonic()
        assert await _refused(operation, url, seconds=0.3) == "timeout"
        assert 0.2 < time.monotonic() - began < 3
        assert len(requests) == 1


async def test_without_time_left_nothing_is_sent() -> None:
    async with misbehaving(_silence) as (url, requests):
        assert await _refused(safe, url, seconds=0.01) == "timeout"
        assert requests == []


async def test_the_time_left_travels_and_is_a_little_less_at_each_hop() -> None:
    async with misbehaving(_refuse) as (url, requests):
        await _refused(safe, url, seconds=2)
        told = next(line for line in requests[0].split(b"\r\n") if line.lower().startswith(b"x-time-left-ms"))
        assert 1000 < int(told.split(b":")[1]) <= 2000 - deadline.HOP_SECONDS * 1000


async def test_when_everything_fails_most_calls_are_sent_once() -> None:
    calls = 200
    async with misbehaving(_hang_up) as (url, requests), calling(url) as peers:
        outcomes = await asyncio.gather(
            *(peers.call(safe, Nothing()) for _ in range(calls)), return_exceptions=True
        )
        assert all(isinstance(outcome, Refusal) for outcome in outcomes)
        assert calls < len(requests) <= calls * 1.1 + 20
