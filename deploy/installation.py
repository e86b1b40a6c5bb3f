"""A whole installation on one machine: what one run starts, keeps alive, and stops."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from deploy import cluster_home, demo, leftovers, ports, ready_file, space
from deploy.cluster import Cluster
from deploy.data_folder import DataFolder
from deploy.demo import Demo
from deploy.failure import CannotStart
from deploy.keeper import keep
from deploy.pieces import Pieces
from deploy.readiness import until_ready
from deploy.secrets import Secrets
from deploy.topology import PIECES, Piece
from deploy.wiring import Wiring


class Installation:
    """PostgreSQL, every piece and the demo, over one data folder that is ours alone."""

    def __init__(self, data: DataFolder, port: int, rate_limits: bool, ready_file: Path | None) -> None:
        home = cluster_home.home_in(data.path)
        known = home.folder.exists()
        space.check(
            home.folder if known else home.folder.parent, space.ANY_START if known else space.FIRST_START
        )
        leftovers.end_recorded(data.pids)
        leftovers.end_server(home.folder)
        assigned = ports.assign(port)
        secrets = Secrets(data.secrets)
        self._data, self._ready_file, self._home = data, ready_file, home.folder
        self._cluster = Cluster(home, secrets, ports.any_free(assigned.values()), data.logs)
        databases = {piece.name: self._cluster.dsn(piece.name) for piece in PIECES if piece.has_database}
        self._pieces = Pieces(Wiring(assigned, databases, secrets, data.path, rate_limits), data.logs)

    @property
    def gateway(self) -> str:
        """The address to show: the gateway's."""
        return self._pieces.wiring.url("gateway")

    @property
    def mailbox(self) -> str:
        """Where its mail is read."""
        return self._pieces.wiring.url("mailbox")

    async def start(self) -> Demo:
        """PostgreSQL, then each piece after its own migration, then the demo, then the ready file."""
        try:
            async with asyncio.TaskGroup() as group:
                database = group.create_task(self._cluster.start())
                for piece in PIECES:
                    group.create_task(self._bring_up(piece, database))
        except ExceptionGroup as failures:
            # One piece that fails makes its neighbours give up too: the first reason is the one to show.
            raise next(
                (each for each in failures.exceptions if isinstance(each, CannotStart)), failures
            ) from None
        new_app = partial(self._pieces.create_app, "Demo")
        shown = await demo.prepare(self.gateway, new_app, self._pieces.create_sign_in, self._data.demo)
        self._announce(shown)
        return shown

    async def keep_alive(self, shown: Demo, say: Callable[[str], None]) -> None:
        """Start again what dies, and tell the ready file; runs until cancelled."""
        back = partial(self._announce, shown)
        advice = partial(space.advice, self._home)
        async with asyncio.TaskGroup() as group:
            group.create_task(keep(self._cluster.process, self._cluster.until_ready, back, say, advice))
            for name, process in self._pieces.processes.items():
                ready = partial(until_ready, process, self._pieces.wiring.url(name))
                group.create_task(keep(process, ready, back, say, advice))

    async def stop(self) -> None:
        """The pieces, callers before called, then PostgreSQL."""
        self._forget_ready()
        await self._pieces.stop()
        await self._cluster.stop()
        self._data.pids.unlink(missing_ok=True)

    async def _bring_up(self, piece: Piece, database: Awaitable[None]) -> None:
        if piece.has_database:
            await database
            await self._cluster.provide(piece.name)
            await self._pieces.migrate(piece)
        await self._pieces.bring_up(piece)

    def _announce(self, shown: Demo) -> None:
        leftovers.record(self._data.pids, self._pieces.processes.values())
        if self._ready_file is not None:
            ready_file.write(self._ready_file, self._pieces, shown)

    def _forget_ready(self) -> None:
        if self._ready_file is not None:
            self._ready_file.unlink(missing_ok=True)
