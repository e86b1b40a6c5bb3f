"""`/v1/workflows`."""

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import workflows
from shared.contracts.operation import Nothing
from shared.contracts.workflows import (
    CreateWorkflow,
    Workflow,
    WorkflowFields,
    WorkflowPatch,
    WorkflowQuery,
)

LARGEST = 512 * 1024
"""Texts of twenty steps."""


@describe(
    body=WorkflowFields,
    answer=Workflow,
    status=201,
    refuses=("not_found",),
    example=examples.WORKFLOW,
    keyed=True,
)
async def create(site: Site, request: Request) -> Response:
    """Make a workflow: when something happens, do these steps in order."""
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, WorkflowFields, LARGEST)
    _refuse_nul(fields)
    ask = CreateWorkflow(fields, once)
    return answers.data(await site.peers.call(workflows.create, ask, app_id=principal.app_id), 201)


@describe(query=Listing, answer=Workflow, rows=True)
async def list_(site: Site, request: Request) -> Response:
    """List workflows, newest first."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, Listing)
    ask = WorkflowQuery(wanted.limit, wanted.cursor)
    found = await site.peers.call(workflows.list_, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


@describe(answer=Workflow)
async def get(site: Site, request: Request) -> Response:
    """Read a workflow."""
    principal = await site.principals.of(request)
    workflow_id = reading.path_id(request, "id")
    found = await site.peers.call(workflows.get, Nothing(), app_id=principal.app_id, workflow_id=workflow_id)
    return answers.data(found)


@describe(body=WorkflowPatch, answer=Workflow, example=examples.WORKFLOW_CHANGE)
async def change(site: Site, request: Request) -> Response:
    """Change a workflow; runs under way keep the steps they began with."""
    principal = await site.principals.of(request)
    workflow_id = reading.path_id(request, "id")
    ask, _ = await reading.body(request, WorkflowPatch, LARGEST)
    _refuse_nul(ask)
    changed = await site.peers.call(workflows.change, ask, app_id=principal.app_id, workflow_id=workflow_id)
    return answers.data(changed)


@describe(answer=Workflow)
async def delete(site: Site, request: Request) -> Response:
    """Take a workflow away; runs under way go on."""
    principal = await site.principals.of(request)
    workflow_id = reading.path_id(request, "id")
    gone = await site.peers.call(
        workflows.delete, Nothing(), app_id=principal.app_id, workflow_id=workflow_id
    )
    return answers.data(gone)


def _refuse_nul(fields: Struct) -> None:
    """A condition's value and a payload may hold anything, but for what no database keeps."""
    for name, value in msgspec.to_builtins(fields).items():
        reading.refuse_nul(value, name)
