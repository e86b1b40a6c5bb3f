"""Due work: one loop per piece that finishes what a crash, a silence or the clock has left."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping

from shared import telemetry

Task = Callable[[], Awaitable[int]]
"""Does some due work and returns how many pieces of it were done; 0 when nothing is due."""


async def sweep(tasks: Mapping[str, Task], every: float) -> None:
    """Run all tasks again and again until cancelled; wait `every` seconds when nothing was due."""
    while True:
        done = 0
        for name, task in tasks.items():
            done += await _attempt(name, task)
        if not done:
            await asyncio.sleep(every * random.uniform(0.8, 1.2))  # noqa: S311


async def _attempt(name: str, task: Task) -> int:
    """One round of one task; a failure is logged and waits for the next round."""
    try:
        done = await task()
        telemetry.swept.labels(name).inc(done)
    except Exception as error:
        telemetry.log.warning("sweep failed", task=name, error=type(error).__name__, detail=str(error))
        return 0
    return done
