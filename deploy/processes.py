"""One child process: started, watched and stopped, its output in a log file."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.account import Account
from deploy.lifeline import ends_with_parent

ROOT = Path(__file__).resolve().parent.parent
GLANCE = 0.02
# A little more than a piece gives its own open requests.
GRACE_SECONDS = 12


class Process:
    """A program that can be started again after it ended; it never outlives the process that started it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        directory: Path = ROOT,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.log = log
        self._directory = directory
        self._account = account
        self._stop_signal = stop_signal
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it with its output appended to the log; the caller waits until it is ready."""
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Its own group: Ctrl-C in a terminal reaches the runner alone, which stops the rest in order.
                process_group=0,
                preexec_fn=ends_with_parent(self._stop_signal),
                **(self._account.identity() if self._account else {}),
            )

    @property
    def pid(self) -> int:
        """The id of the child started last."""
        if self._child is None:
            raise ProcessLookupError(f"{self.name} was never started")
        return self._child.pid

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def ending(self) -> str:
        """How it ended, for a log line."""
        code = self._child.poll() if self._child else None
        if code is None:
            return "still running"
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

    async def exit_code(self) -> int:
        """Wait for its end; negative is the signal that ended it."""
        while self._child is not None:
            if (code := self._child.poll()) is not None:
                return code
            await asyncio.sleep(GLANCE)
        raise ProcessLookupError(f"{self.name} was never started")

    async def run(self) -> int:
        """Start it and wait for its end; when the wait is given up, so is the process."""
        self.start()
        try:
            return await self.exit_code()
        finally:
            await self.stop()

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self._child is not None and self._child.poll() is None:
            os.kill(self._child.pid, number)

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Ask it to end, and after `grace` seconds make it."""
        self.send(self._stop_signal)
        deadline = time.monotonic() + grace
        while self.running and time.monotonic() < deadline:
            await asyncio.sleep(GLANCE)
        await self.kill()

    async def kill(self) -> None:
        """End it at once, as a crash would."""
        self.send(signal.SIGKILL)
        if self._child is not None:
            await self.exit_code()
