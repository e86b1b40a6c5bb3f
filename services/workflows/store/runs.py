"""SQL about runs of workflows and what became of their steps."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from shared.contracts.workflows import Outcome, RunQuery, RunState
from shared.ids import LAST
from shared.postgres import Connection

_COLUMNS = """r.id, r.app_id, r.workflow_id, r.version, r.trigger, r.event_id, r.booking_id, r.contact_id,
    r.single_use_link_id, r.booking_link_id, r.event, r.data, r.depth, r.state, r.step, r.attempts, r.due_at,
    r.because, r.created_at, r.finished_at"""

_INSERT = """
    insert into runs (id, app_id, workflow_id, version, trigger, event_id, booking_id, contact_id,
        single_use_link_id, booking_link_id, event, data, depth, state, due_at, because, finished_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
        case when $14 = 'running' then now() end, $15, case when $14 <> 'running' then now() end)
    on conflict (event_id, workflow_id) do nothing returning id"""
_GET = f"select {_COLUMNS} from runs r where id = $1"
_OF_EVENT = f"select {_COLUMNS} from runs r where event_id = $1 order by id"


def _of(owner: str) -> tuple[str, str]:
    """SQL of a page of an owner's runs: all of them, and those in one state."""
    of = f"select {_COLUMNS} from runs r where {owner} = any(array[$1::uuid]) and id < $2"
    in_state = f"{of} and state = any(array[$4::text]) order by {owner}, state, id desc limit $3"
    return f"{of} order by {owner}, id desc limit $3", in_state


_OF_WORKFLOW, _OF_WORKFLOW_IN_STATE = _of("workflow_id")
_OF_APP, _OF_APP_IN_STATE = _of("app_id")

# Only whoever found the run as it is may take it further: a second one with the same job changes nothing.
_AT = "id = $1 and step = $2 and attempts = $3 and state in ('running', 'waiting')"
_ADVANCE = f"""
    update runs set step = $6, attempts = 0, state = $4, due_at = $5,
        because = null, finished_at = case when $5::timestamptz is null then now() end
    where {_AT} returning true"""
_POSTPONE = f"""
    update runs set attempts = attempts + 1, due_at = $4, because = $5 where {_AT} returning true"""
_END = f"""
    update runs set state = $4, because = $5, due_at = null, finished_at = now() where {_AT} returning true"""
_RETRY = """
    update runs set state = 'running', attempts = 0, due_at = now(), because = null, finished_at = null
    where id = $2 and app_id = $1 and state = 'failed' returning true"""
_NOTE_STEP = """
    insert into steps_done (run_id, step, name, type, outcome, detail, single_use_link_id, message_id,
        delivery_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (run_id, step) do update set outcome = excluded.outcome, detail = excluded.detail,
        single_use_link_id = excluded.single_use_link_id, message_id = excluded.message_id,
        delivery_id = excluded.delivery_id, at = now()"""
_STEPS = """
    select run_id, name, type, outcome, detail, single_use_link_id, message_id, delivery_id, at
    from steps_done where run_id = any($1) order by run_id, step"""
_OVERDUE = f"""
    select {_COLUMNS} from runs r where due_at < now() - $1::interval order by due_at limit $2"""
_DEPTH = "select depth, workflow_id from runs where id = $1"
_RECENT = """
    select count(*) from (
        select from runs where contact_id = $2 and workflow_id = $1 and created_at > now() - interval '1 hour'
        limit $3) as recent"""
_ERASE = "update runs set data = '{}' where contact_id = $1 and app_id = $2"
_FORGET = """
    delete from runs where id in (
        select id from runs where finished_at < now() - interval '90 days' order by finished_at limit $1)"""

DATA = msgspec.json.Decoder(dict[str, Any])


class StoredRun(Struct, frozen=True):
    """A run's row; `step` counts from zero; `event` is what a feed told, `data` what a program said."""

    id: UUID
    app_id: UUID
    workflow_id: UUID
    version: int
    trigger: str
    event_id: UUID
    booking_id: UUID | None
    contact_id: UUID | None
    single_use_link_id: UUID | None
    booking_link_id: UUID | None
    event: dict[str, Any]
    data: dict[str, Any]
    depth: int
    state: RunState
    step: int
    attempts: int
    due_at: datetime | None
    because: str | None
    created_at: datetime
    finished_at: datetime | None


class NewRun(Struct, frozen=True, kw_only=True):
    """A run to begin, or one that is `stopped` before it has."""

    id: UUID
    app_id: UUID
    workflow_id: UUID
    version: int
    trigger: str
    event_id: UUID
    booking_id: UUID | None
    contact_id: UUID | None
    single_use_link_id: UUID | None
    booking_link_id: UUID | None
    event: dict[str, Any]
    data: dict[str, Any]
    depth: int = 0
    state: RunState = "running"
    because: str | None = None


class DoneStep(Struct, frozen=True, kw_only=True):
    """What became of a step."""

    name: str
    type: str
    outcome: Outcome
    detail: str | None = None
    single_use_link_id: UUID | None = None
    message_id: str | None = None
    delivery_id: UUID | None = None
    at: datetime | None = None


async def insert(conn: Connection, new: NewRun) -> bool:
    """Begin a run; False when the workflow has one for this event."""
    values = [getattr(new, name) for name in NewRun.__struct_fields__]
    values[10:12] = [msgspec.json.encode(said).decode() for said in (new.event, new.data)]
    return await conn.fetchval(_INSERT, *values) is not None


async def get(conn: Connection, id: UUID) -> StoredRun | None:
    row = await conn.fetchrow(_GET, id)
    return None if row is None else _run(row)


async def of_event(conn: Connection, event_id: UUID) -> list[StoredRun]:
    """All that one event began."""
    return [_run(row) for row in await conn.fetch(_OF_EVENT, event_id)]


async def of_workflow(conn: Connection, workflow_id: UUID, query: RunQuery) -> list[StoredRun]:
    """One run more than the page holds, when there is one."""
    values = (workflow_id, query.before or LAST, query.limit + 1)
    if query.state is None:
        return [_run(row) for row in await conn.fetch(_OF_WORKFLOW, *values)]
    return [_run(row) for row in await conn.fetch(_OF_WORKFLOW_IN_STATE, *values, query.state)]


async def of_app(conn: Connection, app_id: UUID, query: RunQuery) -> list[StoredRun]:
    """The same over all workflows of an app."""
    values = (app_id, query.before or LAST, query.limit + 1)
    if query.state is None:
        return [_run(row) for row in await conn.fetch(_OF_APP, *values)]
    return [_run(row) for row in await conn.fetch(_OF_APP_IN_STATE, *values, query.state)]


async def advance(
    conn: Connection, run: StoredRun, step: int, state: RunState, due_at: datetime | None
) -> bool:
    """Go on to a later step, at `due_at`, or end where that is None."""
    return bool(await conn.fetchval(_ADVANCE, run.id, run.step, run.attempts, state, due_at, step))


async def postpone(conn: Connection, run: StoredRun, due_at: datetime, because: str) -> bool:
    """Try the same step again later."""
    return bool(await conn.fetchval(_POSTPONE, run.id, run.step, run.attempts, due_at, because))


async def end(conn: Connection, run: StoredRun, state: RunState, because: str | None) -> bool:
    """End the run where it is."""
    return bool(await conn.fetchval(_END, run.id, run.step, run.attempts, state, because))


async def retry(conn: Connection, app_id: UUID, id: UUID) -> bool:
    """Take a failed run up where it failed; False when it is not one."""
    return bool(await conn.fetchval(_RETRY, app_id, id))


async def note_step(conn: Connection, run: StoredRun, step: int, done: DoneStep) -> None:
    """Write down what became of one of the run's steps."""
    values = (done.name, done.type, done.outcome, done.detail)
    ids = (done.single_use_link_id, done.message_id, done.delivery_id)
    await conn.execute(_NOTE_STEP, run.id, step, *values, *ids)


async def steps(conn: Connection, run_ids: Sequence[UUID]) -> dict[UUID, list[DoneStep]]:
    """What became of the steps of each run, in order."""
    found: dict[UUID, list[DoneStep]] = {run_id: [] for run_id in run_ids}
    for row in await conn.fetch(_STEPS, run_ids):
        found[row[0]].append(DoneStep(**dict(zip(DoneStep.__struct_fields__, row[1:], strict=True))))
    return found


async def overdue(conn: Connection, late: timedelta, most: int) -> list[StoredRun]:
    """Runs that nobody took up for so long after they were due."""
    return [_run(row) for row in await conn.fetch(_OVERDUE, late, most)]


async def depth(conn: Connection, id: UUID) -> tuple[int, UUID] | None:
    """How many runs led to this one, and its workflow; None when it is not known here."""
    row = await conn.fetchrow(_DEPTH, id)
    return None if row is None else (row[0], row[1])


async def recent(conn: Connection, workflow_id: UUID, contact_id: UUID, most: int) -> int:
    """How many runs the workflow began for the contact within the hour, counted up to `most`."""
    number: int = await conn.fetchval(_RECENT, workflow_id, contact_id, most)
    return number


async def erase_contact(conn: Connection, app_id: UUID, contact_id: UUID) -> None:
    """Drop what triggers said about the contact."""
    await conn.execute(_ERASE, contact_id, app_id)


async def forget(conn: Connection, most: int) -> int:
    """Drop runs that ended long ago; returns how many."""
    return int((await conn.execute(_FORGET, most)).split()[-1])


def _run(row: asyncpg.Record) -> StoredRun:
    values = list(row)
    values[10:12] = map(DATA.decode, values[10:12])
    return StoredRun(*values)
