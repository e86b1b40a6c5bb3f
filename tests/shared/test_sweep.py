"""The sweep: every task gets its turn, a failing one included, and it rests when nothing is due."""

import asyncio

from shared.sweep import sweep
from tests.eventually import eventually


async def test_a_failing_task_keeps_no_other_from_its_turn() -> None:
    turns = {"failing": 0, "working": 0}

    async def failing() -> int:
        turns["failing"] += 1
        raise RuntimeError("no")

    async def working() -> int:
        turns["working"] += 1
        return 0

    task = asyncio.create_task(sweep({"failing": failing, "working": working}, 0.01))
    await eventually(lambda: min(turns.values()) >= 3)
    task.cancel()


async def test_while_something_is_due_it_does_not_rest() -> None:
    left, finished = 500, asyncio.Event()

    async def working() -> int:
        nonlocal left
        left -= 1
        if not left:
            finished.set()
        return 1 if left else 0

    task = asyncio.create_task(sweep({"working": working}, 60.0))
    async with asyncio.timeout(10):
        await finished.wait()
    assert left == 0
    task.cancel()


async def test_it_ends_when_it_is_told_to() -> None:
    started = asyncio.Event()

    async def nothing() -> int:
        started.set()
        return 0

    task = asyncio.create_task(sweep({"nothing": nothing}, 60.0))
    await started.wait()
    task.cancel()
    assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
