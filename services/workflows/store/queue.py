"""Jobs in PgQueuer: one for each try of each step, put there in the transaction that makes it due."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver, AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.models import Job as Taken
from pgqueuer.queries import Queries

from services.workflows.store.runs import StoredRun
from shared import telemetry
from shared.postgres import Connection

ENTRYPOINT = "step"
AT_ONCE = 40
"""Jobs under way in one process."""
BATCH = 20
SILENCE = timedelta(seconds=10)
"""A job whose worker says nothing for so long is given to another."""
GRACE_SECONDS = 8.0


class Job(Struct, frozen=True):
    """The try of a step of a run."""

    run_id: UUID
    step: int
    attempt: int

    @property
    def key(self) -> str:
        return f"{self.run_id}:{self.step}:{self.attempt}"


async def enqueue(
    conn: Connection, jobs: Sequence[tuple[Job, timedelta | None]], doubled: bool = False
) -> None:
    """Have each job done, now or after a time; one that is there already is not, unless it may be doubled.

    A job is there until its worker has put it away, which is a little after what it did was committed.
    """
    if not jobs:
        return
    queries = Queries(AsyncpgDriver(conn))  # type: ignore[arg-type]
    await queries.enqueue(
        [ENTRYPOINT] * len(jobs),
        [job.key.encode() for job, _ in jobs],
        [0] * len(jobs),
        [later for _, later in jobs],
        [None if doubled else job.key for job, _ in jobs],
        on_conflict="skip",
    )


def job_of(run: StoredRun) -> Job:
    """The job that the run waits for."""
    return Job(run.id, run.step, run.attempts)


async def work(url: str, perform: Callable[[Job], Awaitable[None]]) -> None:
    """Do jobs until cancelled, then finish those under way; the database may go away and come back."""
    while True:
        try:
            pool = await asyncpg.create_pool(url, min_size=1, max_size=4, timeout=5)
            try:
                await _work(pool, perform)
            finally:
                pool.terminate()
        except Exception as error:
            telemetry.log.warning("queue interrupted", error=type(error).__name__, detail=str(error))
        await asyncio.sleep(1)


async def _work(pool: "asyncpg.Pool[asyncpg.Record]", perform: Callable[[Job], Awaitable[None]]) -> None:
    manager = QueueManager(Queries(AsyncpgPoolDriver(pool)))

    @manager.entrypoint(ENTRYPOINT)
    async def step(taken: Taken) -> None:
        await perform(_job(taken.payload or b""))

    running = asyncio.create_task(
        manager.run(
            dequeue_timeout=timedelta(seconds=5),
            batch_size=BATCH,
            max_concurrent_tasks=AT_ONCE,
            shutdown_on_listener_failure=True,
            heartbeat_timeout=SILENCE,
        )
    )
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        # Whatever becomes of them, and of a database that may be gone: the process ends.
        manager.shutdown.set()
        await asyncio.wait([running], timeout=GRACE_SECONDS)
        running.cancel()
        raise


def _job(payload: bytes) -> Job:
    run_id, step, attempt = payload.decode().split(":")
    return Job(UUID(run_id), int(step), int(attempt))
