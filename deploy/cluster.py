"""One PostgreSQL server on loopback, and a database with its own role for each piece."""

import asyncio
import contextlib
import shutil
import signal
import time
from pathlib import Path

import asyncpg

from deploy import binaries
from deploy.cluster_home import Home
from deploy.failure import CannotStart, with_log
from deploy.ports import HOST
from deploy.processes import Process
from deploy.secrets import Secrets, new_password

OWNER = "bookonce"
START_SECONDS = 60
STOP_SECONDS = 30
SETTINGS = {
    "listen_addresses": HOST,
    # TCP alone: a socket's path may be at most about 100 bytes long, a data folder's may be longer.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
VOLATILE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


class Cluster:
    """A PostgreSQL server over the files of `home`; `durable=False` gives safety away for speed in tests."""

    def __init__(self, home: Home, secrets: Secrets, port: int, logs: Path, *, durable: bool = True) -> None:
        self._home, self._secrets, self._port, self._logs = home, secrets, port, logs
        self._programs = binaries.within_reach_of(home.account, binaries.find())
        settings = {**SETTINGS, **({} if durable else VOLATILE), "port": str(port)}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.process = self._program(
            "postgres", ["-D", str(home.folder), *options], signal.SIGINT, home.folder
        )

    def dsn(self, role: str, database: str | None = None) -> str:
        """How `role` reaches its database (of the same name if none is given), by asyncpg or libpq."""
        return f"postgresql://{role}:{self._password_of(role)}@{HOST}:{self._port}/{database or role}"

    @property
    def owner_dsn(self) -> str:
        """The connection string of the superuser, who makes roles and databases."""
        return f"postgresql://{OWNER}:{self._password_of(OWNER)}@{HOST}:{self._port}/postgres"

    async def start(self) -> None:
        """Make the cluster if there is none, and wait until it takes connections."""
        if not self._home.folder.exists():
            await self._initialise()
        self._refuse_other_version()
        self.process.start()
        await self.until_ready()

    async def until_ready(self) -> None:
        """Wait until it takes connections; the failure carries the end of its log."""
        deadline = time.monotonic() + START_SECONDS
        while self.process.running and time.monotonic() < deadline:
            # OSError: not listening yet; the others: listening, but still starting up.
            with contextlib.suppress(
                OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError
            ):
                await (await asyncpg.connect(self.owner_dsn, timeout=5)).close()
                return
            await asyncio.sleep(0.05)
        raise with_log("PostgreSQL did not start.", self.process.log)

    async def stop(self) -> None:
        """A fast shutdown: open transactions are rolled back, everything committed is kept."""
        await self.process.stop(STOP_SECONDS)

    async def provide(self, role: str, database: str | None = None, template: str = "template1") -> None:
        """A role and a database that it owns, a copy of `template`; roles may connect to nobody else's."""
        database = database or role
        connection = await asyncpg.connect(self.owner_dsn)
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await connection.execute(
                    f"""CREATE ROLE "{role}" LOGIN PASSWORD '{self._password_of(role)}'"""
                )
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
                await connection.execute(f'CREATE DATABASE "{database}" OWNER "{role}" TEMPLATE "{template}"')
            await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        finally:
            await connection.close()

    def _password_of(self, role: str) -> str:
        return self._secrets.get(f"{role.upper()}_DATABASE_PASSWORD", new_password)

    def _program(
        self, name: str, arguments: list[str], stop_signal: signal.Signals, directory: Path = Path("/")
    ) -> Process:
        return Process(
            "PostgreSQL",
            [str(self._programs / name), *arguments],
            environment=ENVIRONMENT,
            log=self._logs / "postgres.log",
            directory=directory,
            account=self._home.account,
            stop_signal=stop_signal,
        )

    async def _initialise(self) -> None:
        # Made beside its final place and renamed when whole: an interrupted start leaves nothing half-made.
        draft = self._home.folder.with_name(f"{self._home.folder.name}.new")
        private = self._home.folder.with_name(f"{self._home.folder.name}.private")
        for folder in (draft, private):
            shutil.rmtree(folder, ignore_errors=True)
            self._home.create(folder)
        try:
            password = private / "password"
            password.write_text(self._password_of(OWNER))
            password.chmod(0o644)
            await self._run_initdb(draft, password)
            draft.rename(self._home.folder)
        finally:
            shutil.rmtree(private)

    async def _run_initdb(self, folder: Path, password_file: Path) -> None:
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if binaries.version_of(self._programs) >= 17 else ["--locale=C.UTF-8"]
        initdb = self._program(
            "initdb",
            [
                *("-D", str(folder), "--username", OWNER, "--pwfile", str(password_file)),
                *("--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions", *locale),
            ],
            signal.SIGTERM,
        )
        if await initdb.run() != 0:
            raise with_log("PostgreSQL could not make its files.", initdb.log)

    def _refuse_other_version(self) -> None:
        kept = int((self._home.folder / "PG_VERSION").read_text())
        if (found := binaries.version_of(self._programs)) != kept:
            raise CannotStart(
                f"{self._home.folder} was made by PostgreSQL {kept}, but {self._programs} is {found}. "
                f"Set PG_BIN to a PostgreSQL {kept}, or start afresh with another --data-dir."
            )
