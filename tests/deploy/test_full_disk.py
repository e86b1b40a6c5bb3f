"""A disk that is full: refused before anything is written, and named when it happens while running."""

import contextlib
import itertools
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from deploy.space import FIRST_START, MEGABYTE
from tests.deploy.runner import Runner, get, page_status
from tests.eventually import eventually

MOUNT = 'mount -t tmpfs -o "size=$1,mode=755" none "$2" && shift 2 && exec "$@"'
"""A disk of its own for a program, which nobody else sees."""
AS_ROOT = ["unshare", "--mount", "sh", "-c", MOUNT, "sh"]
AS_A_USER = ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh"]
# More than a segment of PostgreSQL's log, so that it needs another one.
LOG_MUCH = "select pg_logical_emit_message(false, 'test', repeat('x', 17000000))"


@asynccontextmanager
async def _on_a_disk_of(size: int, place: Path) -> AsyncIterator[Runner]:
    """A started runner whose data folder is on a small disk; its output and ready file are not."""
    disk = place / "disk"
    disk.mkdir()
    runner = Runner(disk / "data")
    runner.ready_file, runner.process.log = place / "ready.json", place / "log"
    command = [*runner.process.command, "--port", "0", "--ready-file", str(runner.ready_file)]
    root, user = os.getuid() == 0, str(os.getuid())
    within = AS_ROOT if root else AS_A_USER
    back = [] if root else ["unshare", "--user", "--map-user", user]
    runner.process.command = [*within, str(size), str(disk), *back, *command]
    runner.process.start()
    try:
        yield runner
    finally:
        await runner.process.stop(30)


def _fill(file: Path) -> None:
    """Write until nothing more can be written."""
    with file.open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space left"):
        ballast.writelines(itertools.repeat(bytes(64 * 1024)))


async def _mint_many(ready: dict[str, Any]) -> tuple[int, str]:
    """Status and code of a bulk that no page has room for; the booking link is the first that there is."""
    _, found = await get(ready, "/v1/booking-links")
    people = [{"name": "Amara", "email": f"amara-{number}@example.com"} for number in range(10_000)]
    order = {"booking_link_id": found["data"][0]["id"], "contacts": people}
    headers = {"Authorization": f"Bearer {ready['api_key']}"}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{ready['gateway']}/v1/single-use-links/bulk", json=order, headers=headers) as answer,
    ):
        return answer.status, (await answer.json()).get("code", "")


async def test_too_little_room_is_said_before_anything_starts(place: Path) -> None:
    async with _on_a_disk_of(FIRST_START // 2, place) as runner:
        assert await runner.process.exit_code() == 1
    assert "is full: 100 MB are free, and 200 MB are needed" in runner.output
    assert "--data-dir" in runner.output
    assert "Traceback" not in runner.output
    assert "PostgreSQL" not in runner.output


async def test_a_disk_that_fills_while_running_is_named_and_all_is_there_once_it_has_room_again(
    place: Path,
) -> None:
    async with _on_a_disk_of(300 * MEGABYTE, place) as runner:
        ready = await runner.ready()
        ballast = Path(f"/proc/{runner.process.pid}/root{runner.data.with_name('ballast')}")
        _fill(ballast)
        assert await _mint_many(ready) == (503, "unavailable")
        # The bulk may have been the end of it already.
        with contextlib.suppress(asyncpg.PostgresError, OSError):
            connection = await asyncpg.connect(ready["databases"]["tokens"])
            await connection.execute(LOG_MUCH)
        named = f"The disk of {runner.data / 'postgres'} is full: free some space there."
        await eventually(lambda: named in runner.output, 30)
        ballast.unlink()
        await eventually(lambda: "PostgreSQL is back" in runner.output, 60)

        async def opens() -> bool:
            return await page_status(ready["single_use_url"]) == 200

        await eventually(opens, 30)
        assert await _mint_many(ready) == (200, "")
        assert await runner.tell(signal.SIGINT) == 0
