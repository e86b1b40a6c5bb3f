"""The operations on workflows, as their app sees them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from services.workflows import checking, furnishing
from services.workflows.store import keys, workflows
from services.workflows.works import Works
from shared.contracts.workflows import (
    CreateWorkflow,
    Workflow,
    WorkflowFields,
    WorkflowPage,
    WorkflowQuery,
)
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection

MOST = 200
"""Workflows of one app."""


async def create(works: Works, app_id: UUID, ask: CreateWorkflow) -> Workflow:
    """Make a workflow; refused with the place of what it cannot do."""
    own_id = new_id()
    await checking.check(works, app_id, ask.fields)

    async def work(conn: Connection) -> Workflow:
        await furnishing.furnish(conn, app_id)
        made_id = await keys.claim(conn, app_id, ask.once, own_id)
        if made_id == own_id:
            if await workflows.count(conn, app_id) >= MOST:
                raise Refusal("validation_failed", f"An app has {MOST} workflows at most.")
            await workflows.insert(conn, own_id, app_id, ask.fields)
        return _present(await workflows.get(conn, app_id, made_id))

    return await works.database.transact(work)


async def get(works: Works, app_id: UUID, workflow_id: UUID) -> Workflow:
    async with works.database.connection() as conn:
        return _present(await workflows.get(conn, app_id, workflow_id))


async def list_(works: Works, app_id: UUID, ask: WorkflowQuery) -> WorkflowPage:
    """A page of the app's workflows, newest first."""

    async def work(conn: Connection) -> list[Workflow]:
        await furnishing.furnish(conn, app_id)
        return await workflows.list_(conn, app_id, ask)

    found = await works.database.transact(work)
    page = found[: ask.limit]
    return WorkflowPage(page, page[-1].id if len(found) > ask.limit else None)


async def change(works: Works, app_id: UUID, workflow_id: UUID, ask: Struct) -> Workflow:
    """Change the given fields; runs under way keep the steps that they began with."""
    given = {name: value for name, value in msgspec.structs.asdict(ask).items() if value is not UNSET}
    fields = _changed(await get(works, app_id, workflow_id), given)
    await checking.check(works, app_id, fields)

    async def work(conn: Connection) -> Workflow:
        now = _present(await workflows.get(conn, app_id, workflow_id, lock=True))
        await workflows.update(conn, workflow_id, _changed(now, given))
        return _present(await workflows.get(conn, app_id, workflow_id))

    return await works.database.transact(work)


async def delete(works: Works, app_id: UUID, workflow_id: UUID) -> Workflow:
    """Take a workflow away; runs under way go on."""

    async def work(conn: Connection) -> Workflow:
        gone = _present(await workflows.get(conn, app_id, workflow_id, lock=True))
        await workflows.delete(conn, app_id, workflow_id)
        return gone

    return await works.database.transact(work)


def _changed(now: Workflow, given: Mapping[str, Any]) -> WorkflowFields:
    fields = {name: getattr(now, name) for name in WorkflowFields.__struct_fields__}
    return WorkflowFields(**{**fields, **given})


def _present(workflow: Workflow | None) -> Workflow:
    if workflow is None:
        raise Refusal("not_found")
    return workflow
