"""SQL about workflows and their versions, and the apps that got their standard ones."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from shared.contracts.workflows import Condition, Step, Workflow, WorkflowFields, WorkflowQuery
from shared.ids import LAST
from shared.postgres import Connection

_COLUMNS = """w.id, w.name, w.trigger, w.booking_link_id, v.condition, v.steps, w.active, w.version,
    w.created_at, w.updated_at"""
_FROM = "workflows w join workflow_versions v on v.workflow_id = w.id and v.version = w.version"

_INSERT = """
    insert into workflows (id, app_id, name, trigger, booking_link_id, active)
    values ($1, $2, $3, $4, $5, $6)"""
_INSERT_VERSION = """
    insert into workflow_versions (workflow_id, version, condition, steps) values ($1, $2, $3, $4)"""
_UPDATE = """
    update workflows set name = $2, trigger = $3, booking_link_id = $4, active = $5, version = version + 1,
        updated_at = now()
    where id = $1 returning version"""
_GET = f"select {_COLUMNS} from {_FROM} where w.id = $2 and w.app_id = $1 and w.deleted_at is null"
_LIST = f"""
    select {_COLUMNS} from (
        select * from workflows where app_id = any(array[$1::uuid]) and deleted_at is null and id < $2
        order by app_id, id desc limit $3) as w
    join workflow_versions v on v.workflow_id = w.id and v.version = w.version
    order by w.id desc"""
_DELETE = """
    update workflows set deleted_at = now(), active = false
    where id = $2 and app_id = $1 and deleted_at is null returning true"""
_COUNT = "select count(*) from workflows where app_id = $1 and deleted_at is null"
_KNOW_APP = "insert into apps (id) values ($1) on conflict do nothing returning true"
_TRIGGERED = """
    select w.id, w.version, w.booking_link_id, v.condition
    from workflows w join workflow_versions v on v.workflow_id = w.id and v.version = w.version
    where w.app_id = $1 and w.trigger = $2 and w.active and w.deleted_at is null
    order by w.id"""
_VERSION = """
    select v.condition, v.steps, w.name from workflow_versions v join workflows w on w.id = v.workflow_id
    where v.workflow_id = $1 and v.version = $2"""

_STEPS = msgspec.json.Decoder(list[Step])
_CONDITION = msgspec.json.Decoder(Condition)


class Plan(Struct, frozen=True):
    """What a workflow said in one version; the name is that of today."""

    condition: Condition | None
    steps: list[Step]
    name: str


class Candidate(Struct, frozen=True):
    """A workflow that waits for a trigger."""

    id: UUID
    version: int
    booking_link_id: UUID | None
    condition: Condition | None


async def insert(conn: Connection, id: UUID, app_id: UUID, fields: WorkflowFields) -> None:
    values = (fields.name, fields.trigger, fields.booking_link_id, fields.active)
    await conn.execute(_INSERT, id, app_id, *values)
    await conn.execute(_INSERT_VERSION, id, 1, *_said(fields))


async def update(conn: Connection, id: UUID, fields: WorkflowFields) -> None:
    """Write all fields as a new version; runs keep the one they began with."""
    values = (fields.name, fields.trigger, fields.booking_link_id, fields.active)
    version = await conn.fetchval(_UPDATE, id, *values)
    await conn.execute(_INSERT_VERSION, id, version, *_said(fields))


async def get(conn: Connection, app_id: UUID, id: UUID, lock: bool = False) -> Workflow | None:
    row = await conn.fetchrow(f"{_GET} for update of w" if lock else _GET, app_id, id)
    return None if row is None else _workflow(row)


async def list_(conn: Connection, app_id: UUID, query: WorkflowQuery) -> list[Workflow]:
    """One workflow more than the page holds, when there is one."""
    rows = await conn.fetch(_LIST, app_id, query.before or LAST, query.limit + 1)
    return [_workflow(row) for row in rows]


async def delete(conn: Connection, app_id: UUID, id: UUID) -> bool:
    """Take the workflow away; its runs stay readable by what led to them."""
    return bool(await conn.fetchval(_DELETE, app_id, id))


async def count(conn: Connection, app_id: UUID) -> int:
    number: int = await conn.fetchval(_COUNT, app_id)
    return number


async def know_app(conn: Connection, app_id: UUID) -> bool:
    """Write the app down; False when it was known."""
    return bool(await conn.fetchval(_KNOW_APP, app_id))


async def triggered(conn: Connection, app_id: UUID, trigger: str) -> Sequence[Candidate]:
    """The app's active workflows that wait for this trigger."""
    return [
        Candidate(row[0], row[1], row[2], _condition(row[3]))
        for row in await conn.fetch(_TRIGGERED, app_id, trigger)
    ]


async def plan(conn: Connection, id: UUID, version: int) -> Plan:
    """The workflow as it was in that version."""
    row = await conn.fetchrow(_VERSION, id, version)
    assert row is not None  # noqa: S101  a run's version is referenced
    return Plan(_condition(row[0]), _STEPS.decode(row[1]), row[2])


def _said(fields: WorkflowFields) -> tuple[str | None, str]:
    """Condition and steps as a version keeps them."""
    condition = None if fields.condition is None else msgspec.json.encode(fields.condition).decode()
    return condition, msgspec.json.encode(fields.steps).decode()


def _condition(text: str | None) -> Condition | None:
    return None if text is None else _CONDITION.decode(text)


def _workflow(row: asyncpg.Record) -> Workflow:
    return Workflow(
        id=row[0],
        name=row[1],
        trigger=row[2],
        booking_link_id=row[3],
        condition=_condition(row[4]),
        steps=_STEPS.decode(row[5]),
        active=row[6],
        version=row[7],
        created_at=row[8],
        updated_at=row[9],
    )
