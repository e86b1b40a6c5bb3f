"""The pieces of one installation as processes, over databases that exist."""

import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.failure import with_log
from deploy.processes import Process
from deploy.readiness import until_ready
from deploy.topology import PIECES, Piece
from deploy.wiring import Wiring

ACTIONS = next(piece for piece in PIECES if piece.name == "actions")
SIGN_IN_HOURS = 12
"""How long the printed sign-in link works: it lies beside an API key, which has no end."""
Settings = Mapping[str, Mapping[str, str]]


class Pieces:
    """All pieces of one installation; `extra` adds variables to a piece's environment."""

    def __init__(self, wiring: Wiring, logs: Path, extra: Settings | None = None) -> None:
        self.wiring = wiring
        self._logs = logs
        self._extra = extra or {}
        self.processes = {piece.name: self._process(piece, "serve") for piece in PIECES}

    async def start(self) -> None:
        """Start all in the table's order, then wait until each is ready."""
        await asyncio.gather(*(self.bring_up(piece) for piece in PIECES))

    async def bring_up(self, piece: Piece) -> None:
        """Start one piece and wait until it is ready."""
        process = self.processes[piece.name]
        process.start()
        await until_ready(process, self.wiring.url(piece.name))

    async def migrate(self, piece: Piece) -> None:
        """Bring one piece's database to the shape its code expects."""
        step = self._process(piece, "migrate")
        if await step.run() != 0:
            raise with_log(f"The database of {piece.name} could not be migrated.", step.log)

    async def create_app(self, name: str) -> str:
        """Make an app (a tenant) and return its API key, which nobody can read again later."""
        made = await self._ask_actions("create-app", "--name", name)
        return str(made["api_key"])

    async def create_sign_in(self, app_id: str, email: str, name: str) -> str:
        """Make a sign-in link for a host of the app, who is made if new; its path on the gateway."""
        lasting = str(SIGN_IN_HOURS * 60)
        who = ("--app", app_id, "--email", email, "--name", name)
        return str((await self._ask_actions("create-sign-in", *who, "--minutes", lasting))["path"])

    async def _ask_actions(self, *arguments: str) -> dict[str, Any]:
        """What a command of actions prints: one line of JSON, written to no log."""
        with tempfile.NamedTemporaryFile(prefix="bookonce-") as answer:
            step = self._process(ACTIONS, *arguments, log=Path(answer.name))
            if await step.run() == 0:
                return dict(json.loads(answer.read().splitlines()[-1]))
            raise with_log(f"`{arguments[0]}` of actions failed.", step.log)

    async def stop(self) -> None:
        """Stop all, each before those it calls."""
        for piece in reversed(PIECES):
            await self.processes[piece.name].stop()

    def _process(self, piece: Piece, *arguments: str, log: Path | None = None) -> Process:
        return Process(
            piece.name,
            [sys.executable, "-m", piece.module, *arguments],
            environment={**self.wiring.environment(piece), **self._extra.get(piece.name, {})},
            log=log or self._logs / f"{piece.name}.log",
        )
