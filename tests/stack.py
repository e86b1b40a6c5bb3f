"""Real stacks for tests: every piece as its own process, over databases of its own on one PostgreSQL."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from signal import Signals

from deploy import cluster_home, ports
from deploy.cluster import Cluster
from deploy.pieces import Pieces
from deploy.readiness import until_ready
from deploy.secrets import Secrets
from deploy.topology import PIECES
from deploy.wiring import Wiring

NO_CRM = {"HUBSPOT_URL": "http://127.0.0.1:1", "SALESFORCE_LOGIN_URL": "http://127.0.0.1:1"}
"""No test may reach the vendors themselves."""
WITH_DATABASE = [piece for piece in PIECES if piece.has_database]


class Stack:
    """One installation of all pieces: `urls` and `dsn` by piece, and the `api_key` of an app of its own."""

    def __init__(self, pieces: Pieces, logs: Path) -> None:
        self._pieces = pieces
        self._logs = logs
        self.urls: dict[str, str] = {piece.name: pieces.wiring.url(piece.name) for piece in PIECES}
        self.dsn: dict[str, str] = dict(pieces.wiring.databases)
        self.api_key = ""

    @property
    def gateway(self) -> str:
        """Where the outside reaches it."""
        return self.urls["gateway"]

    async def start(self) -> None:
        """Start all pieces, make an app meanwhile, wait until each piece is ready."""
        _, self.api_key = await asyncio.gather(self._pieces.start(), self.create_app("Tests"))

    async def create_app(self, name: str) -> str:
        """Make one more app (a tenant) and return its API key."""
        return await self._pieces.create_app(name)

    def pid(self, name: str) -> int:
        """The process id of a piece, as of its last start."""
        return self._pieces.processes[name].pid

    def running(self, name: str) -> bool:
        """Whether a piece's process is alive."""
        return self._pieces.processes[name].running

    def log(self, name: str) -> str:
        """Everything a piece has logged so far, restarts included."""
        return (self._logs / f"{name}.log").read_text()

    def environment(self, name: str) -> Mapping[str, str]:
        """What a piece is told at its next start."""
        return self._pieces.processes[name].environment

    def run_through(self, name: str, *words: str) -> None:
        """From its next start run a piece by way of another module (`python -m WORDS… MODULE serve`)."""
        process = self._pieces.processes[name]
        process.command = [*process.command[:2], *words, *process.command[-2:]]

    def signal(self, name: str, number: Signals) -> None:
        """Send a signal to a piece: SIGSTOP makes it slow, SIGCONT lets it go on."""
        self._pieces.processes[name].send(number)

    async def ended(self, name: str, within: float = 10) -> int:
        """Wait until a piece ends by itself, as at a fault point; the exit code, negative for a signal."""
        async with asyncio.timeout(within):
            return await self._pieces.processes[name].exit_code()

    async def kill(self, name: str) -> None:
        """SIGKILL one piece; nothing starts it again but `restart`."""
        await self._pieces.processes[name].kill()

    async def restart(self, name: str, **environment: str | None) -> None:
        """Kill one piece if it runs, start it with variables changed (None removes), wait until ready."""
        await self.kill(name)
        self.launch(name, **environment)
        await until_ready(self._pieces.processes[name], self.urls[name])

    def launch(self, name: str, **environment: str | None) -> None:
        """As `restart` for an ended piece, but without waiting: it may be meant to die while it recovers."""
        process = self._pieces.processes[name]
        for variable, value in environment.items():
            process.environment.pop(variable, None)
            if value is not None:
                process.environment[variable] = value
        process.start()

    async def stop(self, name: str | None = None) -> None:
        """Stop one piece in an orderly way, or all."""
        if name is not None:
            await self._pieces.processes[name].stop()
            return
        for process in self._pieces.processes.values():
            process.send(Signals.SIGCONT)
        await self._pieces.stop()


class Server:
    """One PostgreSQL for a whole run of tests, with a migrated template per piece to copy databases from."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._home = cluster_home.home_in(folder)
        self._secrets = Secrets(folder / "secrets.json")
        self._numbers = itertools.count(1)
        self.cluster = Cluster(self._home, self._secrets, ports.any_free(), folder, durable=durable)

    async def start(self) -> None:
        """Start PostgreSQL and migrate the templates."""
        await self.cluster.start()
        templates = self._pieces("template", self._folder)
        for piece in WITH_DATABASE:
            await self.cluster.provide(piece.name, f"{piece.name}_template")
        await asyncio.gather(*(templates.migrate(piece) for piece in WITH_DATABASE))

    async def stop(self) -> None:
        """Stop PostgreSQL and remove its files."""
        await self.cluster.stop()
        shutil.rmtree(self._home.folder)

    @asynccontextmanager
    async def stack(self, **environment: Mapping[str, str]) -> AsyncIterator[Stack]:
        """A stack with databases of its own; `booking={"FAULTS": …}` adds variables to one piece."""
        number = str(next(self._numbers))
        logs = self._folder / f"stack-{number}"
        logs.mkdir()
        for piece in WITH_DATABASE:
            await self.cluster.provide(piece.name, f"{piece.name}_{number}", f"{piece.name}_template")
        stack = Stack(self._pieces(number, logs, environment), logs)
        try:
            await stack.start()
            yield stack
        finally:
            await stack.stop()

    def _pieces(
        self, suffix: str, logs: Path, environment: Mapping[str, Mapping[str, str]] | None = None
    ) -> Pieces:
        databases = {
            piece.name: self.cluster.dsn(piece.name, f"{piece.name}_{suffix}") for piece in WITH_DATABASE
        }
        wiring = Wiring(ports.assign(0), databases, self._secrets, logs, rate_limits=False)
        given = dict(environment or {})
        given["workflows"] = {**NO_CRM, **given.get("workflows", {})}
        return Pieces(wiring, logs, given)


@asynccontextmanager
async def server(*, durable: bool = False) -> AsyncIterator[Server]:
    """A server in a temporary folder, stopped and removed at the end."""
    with tempfile.TemporaryDirectory(prefix="bookonce-tests-") as name:
        folder = Path(name)
        # As root, PostgreSQL runs under another account, which must be able to pass through.
        folder.chmod(0o755)
        running = Server(folder, durable=durable)
        try:
            await running.start()
            yield running
        finally:
            await running.stop()
