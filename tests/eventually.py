"""The one way a test waits: for a condition, until a deadline."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(condition: Callable[[], Awaitable[T]], within: float = ..., every: float = ...) -> T: ...
@overload
async def eventually(condition: Callable[[], T], within: float = ..., every: float = ...) -> T: ...


async def eventually(condition: Callable[[], Any], within: float = 10, every: float = 0.05) -> Any:
    """The condition's first true answer; whatever it raises counts as "not yet" until the deadline."""
    deadline = time.monotonic() + within
    while True:
        answer, failure = await _ask(condition)
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AssertionError(f"still not so after {within} s; last answer: {answer!r}") from failure
        await asyncio.sleep(every)


async def _ask(condition: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        answer = condition()
        return (await answer if inspect.isawaitable(answer) else answer), None
    except Exception as failure:
        return None, failure
