"""How much time a piece of work has left; it travels from hop to hop, a little less each time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from shared.errors import Refusal

HEADER = "x-time-left-ms"
HOP_SECONDS = 0.05
"""Kept back at each hop, so that a callee gives up before its caller does."""

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


def left(otherwise: float = 10.0) -> float:
    """Seconds until the deadline of this task, or `otherwise` when it has none."""
    ends = _ends.get()
    return otherwise if ends is None else ends - asyncio.get_running_loop().time()


@asynccontextmanager
async def within(seconds: float) -> AsyncIterator[None]:
    """Run the body for at most so many seconds, less when the task already has a nearer deadline.

    Raises Refusal `timeout`.
    """
    loop = asyncio.get_running_loop()
    ends = loop.time() + min(seconds, left(seconds))
    mark = _ends.set(ends)
    try:
        async with asyncio.timeout_at(ends):
            yield
    except TimeoutError:
        raise Refusal("timeout") from None
    finally:
        _ends.reset(mark)
