"""Waiting until a piece can serve."""

import asyncio
import time

import aiohttp

from deploy.failure import with_log
from deploy.processes import Process

SECONDS = 60
GLANCE = 0.05


async def answers(http: aiohttp.ClientSession, url: str) -> bool:
    """Whether the piece at `url` says it is ready."""
    try:
        async with http.get(f"{url}/readyz") as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


async def until_ready(process: Process, url: str, seconds: float = SECONDS) -> None:
    """Wait until the piece at `url` is ready; if it ends or is late, the failure shows the end of its log."""
    deadline = time.monotonic() + seconds
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
        while process.running and time.monotonic() < deadline:
            if await answers(http, url):
                return
            await asyncio.sleep(GLANCE)
    what = f"is still not ready after {seconds:.0f} s" if process.running else f"stopped ({process.ending})"
    raise with_log(f"{process.name} {what}.", process.log)
