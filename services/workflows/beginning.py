"""Runs begin: which workflows wait for a trigger, and what keeps them from running in circles."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from services.workflows import announcing, loops
from services.workflows.store import queue, runs, workflows
from services.workflows.store.queue import Job
from services.workflows.store.runs import NewRun
from services.workflows.store.workflows import Candidate
from shared.ids import new_id
from shared.postgres import Connection

STOPPED = "workflow.stopped"


class About(Struct, frozen=True, kw_only=True):
    """What set workflows off: an event of a feed, or what a program posted.

    `parent` is the run whose link led here, if one did.
    """

    app_id: UUID
    trigger: str
    event_id: UUID
    contact_id: UUID | None = None
    booking_id: UUID | None = None
    single_use_link_id: UUID | None = None
    booking_link_id: UUID | None = None
    event: dict[str, Any] = {}
    data: dict[str, Any] = {}
    parent: UUID | None = None


async def waiting(conn: Connection, about: About) -> Sequence[Candidate]:
    """The workflows that wait for this."""
    return [
        one
        for one in await workflows.triggered(conn, about.app_id, about.trigger)
        if one.booking_link_id in (None, about.booking_link_id)
    ]


async def begin(conn: Connection, about: About) -> None:
    """Begin a run of every workflow that waits for this; in the caller's transaction."""
    await begin_each(conn, about, await waiting(conn, about))


async def begin_each(conn: Connection, about: About, candidates: Sequence[Candidate]) -> None:
    """Begin a run of each of these workflows; one that would go in circles is stopped, with an event."""
    for candidate in candidates:
        run = await _run(conn, about, candidate)
        if not await runs.insert(conn, run):
            continue
        if run.state == "running":
            await queue.enqueue(conn, [(Job(run.id, 0, 0), None)])
        else:
            said = {"workflow_id": str(run.workflow_id), "because": run.because}
            await announcing.announce(conn, about.app_id, STOPPED, run.id, said)


async def _run(conn: Connection, about: About, candidate: Candidate) -> NewRun:
    parent = None if about.parent is None else await runs.depth(conn, about.parent)
    depth, maker = (0, None) if parent is None else (parent[0] + 1, parent[1])
    recent = 0
    if about.contact_id is not None:
        recent = await runs.recent(conn, candidate.id, about.contact_id, loops.MOST_AN_HOUR)
    because = loops.stops(about.trigger, candidate.id, maker, depth, recent)
    return NewRun(
        id=new_id(),
        app_id=about.app_id,
        workflow_id=candidate.id,
        version=candidate.version,
        trigger=about.trigger,
        event_id=about.event_id,
        booking_id=about.booking_id,
        contact_id=about.contact_id,
        single_use_link_id=about.single_use_link_id,
        booking_link_id=about.booking_link_id,
        event=about.event,
        data=about.data,
        depth=depth,
        state="running" if because is None else "stopped",
        because=because,
    )
