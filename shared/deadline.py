"""How much time a piece of work has left; it travels from hop to hop, a little less each time."""

import asyncio
from contextvars import Context, ContextVar, copy_context
from types import TracebackType

from shared.errors import Refusal

HEADER = "x-time-left-ms"
HOP_SECONDS = 0.05
"""Kept back at each hop, so that a callee gives up before its caller does."""

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


def is_set() -> bool:
    """Whether this task has a deadline."""
    return _ends.get() is not None


def left(otherwise: float = 10.0) -> float:
    """Seconds until the deadline of this task, or `otherwise` when it has none."""
    ends = _ends.get()
    return otherwise if ends is None else ends - asyncio.get_running_loop().time()


def without() -> Context:
    """This task's context without its deadline: for work that goes on after the answer has begun."""
    apart = copy_context()
    apart.run(_ends.set, None)
    return apart


class within:  # noqa: N801  reads as a word where it is used
    """Run the body for at most so many seconds, less when the task already has a nearer deadline.

    Raises Refusal `timeout`.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def __aenter__(self) -> None:
        ends = asyncio.get_running_loop().time() + min(self._seconds, left(self._seconds))
        self._mark = _ends.set(ends)
        self._timeout = asyncio.timeout_at(ends)
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _ends.reset(self._mark)
        try:
            await self._timeout.__aexit__(kind, error, trace)
        except TimeoutError:
            raise Refusal("timeout") from None
        if isinstance(error, TimeoutError):
            raise Refusal("timeout") from None
