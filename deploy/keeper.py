"""Keeps processes alive: one that ends is started again, at once the first time, then ever more patiently."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

from deploy.failure import CannotStart
from deploy.processes import Process

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
STEADY_SECONDS = 20


def next_pause(pause: float, lived: float) -> float:
    """Seconds to wait before the next start, given the last pause and how long the process lived since."""
    if lived >= STEADY_SECONDS:
        return 0.0
    return min(max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE)


async def keep(
    process: Process,
    until_ready: Callable[[], Awaitable[None]],
    back: Callable[[], None],
    say: Callable[[str], None],
    advice: Callable[[], str],
) -> None:
    """Start `process` again whenever it ends, and call `back` when it is ready; runs until cancelled.

    `advice` is what the person who is told of the end may do about it.
    """
    pause, started = 0.0, time.monotonic() - STEADY_SECONDS
    while True:
        await process.exit_code()
        pause = next_pause(pause, time.monotonic() - started)
        after = f"in {pause:g} s" if pause else "now"
        said = f"{process.name} stopped ({process.ending}); starting it again {after}. Log: {process.log}"
        say(said + advice())
        await asyncio.sleep(pause)
        process.start()
        started = time.monotonic()
        # Not ready means it ended, which the next turn sees, or that it waits for a neighbour.
        with contextlib.suppress(CannotStart):
            await until_ready()
            back()
            say(f"{process.name} is back (process {process.pid}).")
