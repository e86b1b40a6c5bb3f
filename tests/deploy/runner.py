"""`python -m deploy.local` as a person would start it, for tests of what it promises."""

import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from deploy.account import Account
from deploy.leftovers import is_alive
from deploy.processes import ROOT, Process
from tests.eventually import eventually

START_SECONDS = 90


class Runner:
    """One runner over `data` (relative to `code`); its ready file and its output lie beside that folder."""

    def __init__(
        self,
        data: Path,
        *arguments: str,
        code: Path = ROOT,
        account: Account | None = None,
        python: Path = Path(sys.executable),
        **environment: str,
    ) -> None:
        self.data = code / data
        self.ready_file = self.data.with_name(f"{data.name}.ready.json")
        options = ["--data-dir", str(data), "--ready-file", str(self.ready_file), "--rate-limits", "off"]
        self.process = Process(
            "runner",
            [str(python), "-m", "deploy.local", *options, *(arguments or ("--port", "0"))],
            environment={**os.environ, **environment},
            log=self.data.with_name(f"{data.name}.log"),
            directory=code,
            account=account,
        )

    @property
    def output(self) -> str:
        """Everything shown to the person who started it."""
        return self.process.log.read_text()

    async def ready(self) -> dict[str, Any]:
        """The ready file's contents, once it is there."""
        await eventually(lambda: self.ready_file.exists() or not self.process.running, START_SECONDS)
        assert self.ready_file.exists(), self.output
        return self.contents()

    def contents(self) -> dict[str, Any]:
        """What the ready file says now."""
        return dict(json.loads(self.ready_file.read_text()))

    def descendants(self) -> list[psutil.Process]:
        """Every process it started, PostgreSQL's own children included."""
        return list(psutil.Process(self.process.pid).children(recursive=True))

    async def tell(self, number: signal.Signals) -> int:
        """Send it a signal, SIGINT being what Ctrl-C does, and wait for its end; the exit status."""
        self.process.send(number)
        return await self.process.exit_code()


@asynccontextmanager
async def running(data: Path, *arguments: str, **options: Any) -> AsyncIterator[Runner]:
    """A started runner, stopped at the end."""
    runner = Runner(data, *arguments, **options)
    # As any program that waits for the file would: one from a killed run may still lie there.
    runner.ready_file.unlink(missing_ok=True)
    runner.process.start()
    try:
        yield runner
    finally:
        await runner.process.stop(30)


def all_gone(processes: list[psutil.Process]) -> bool:
    """Whether none of these processes exists any more."""
    return not any(is_alive(process) for process in processes)


async def get(ready: dict[str, Any], path: str) -> tuple[int, Any]:
    """An API call with the demo app's key: status and parsed body."""
    headers = {"Authorization": f"Bearer {ready['api_key']}"}
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{ready['gateway']}{path}", headers=headers) as response,
    ):
        return response.status, await response.json()


async def page_status(url: str) -> int:
    """The status of a page as a visitor gets it."""
    async with aiohttp.ClientSession() as http, http.get(url, headers={"Accept": "text/html"}) as response:
        return response.status
