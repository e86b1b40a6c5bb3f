"""`/v1/crm-connections`."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import crm
from shared.contracts.crm import (
    CreateCrmConnection,
    CrmConnection,
    CrmConnectionFields,
    CrmConnectionPatch,
    CrmPush,
    CrmPushQuery,
    PushStatus,
)
from shared.contracts.operation import Nothing


class PushListing(Listing, frozen=True):
    status: PushStatus | None = None


@describe(
    body=CrmConnectionFields, answer=CrmConnection, status=201, example=examples.CRM_CONNECTION, keyed=True
)
async def connect(site: Site, request: Request) -> Response:
    """Connect HubSpot or Salesforce; an app has one connection of each.

    From then on the contact's timeline there tells what becomes of single-use links (HubSpot: notes,
    Salesforce: tasks) and of bookings (meetings, events). The credentials are kept encrypted and never shown.
    """
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, CrmConnectionFields)
    ask = CreateCrmConnection(fields, once)
    return answers.data(await site.peers.call(crm.create_connection, ask, app_id=principal.app_id), 201)


@describe(answer=CrmConnection, rows=True)
async def list_connections(site: Site, request: Request) -> Response:
    """List the app's connections to CRMs."""
    principal = await site.principals.of(request)
    found = await site.peers.call(crm.list_connections, Nothing(), app_id=principal.app_id)
    return answers.page(found.rows, None)


@describe(answer=CrmConnection)
async def get_connection(site: Site, request: Request) -> Response:
    """Read a connection: whether it holds, and what went wrong last."""
    principal = await site.principals.of(request)
    connection_id = reading.path_id(request, "id")
    found = await site.peers.call(
        crm.get_connection, Nothing(), app_id=principal.app_id, connection_id=connection_id
    )
    return answers.data(found)


@describe(body=CrmConnectionPatch, answer=CrmConnection, example=examples.CRM_RECONNECT)
async def reconnect(site: Site, request: Request) -> Response:
    """Give a connection new credentials, or other options.

    One whose status is `needs_reconnect` is connected again by new credentials, and told what it missed.
    """
    principal = await site.principals.of(request)
    connection_id = reading.path_id(request, "id")
    ask, _ = await reading.body(request, CrmConnectionPatch)
    changed = await site.peers.call(
        crm.change_connection, ask, app_id=principal.app_id, connection_id=connection_id
    )
    return answers.data(changed)


@describe(answer=CrmConnection)
async def disconnect(site: Site, request: Request) -> Response:
    """Delete a connection and its credentials; what the CRM was told stays there."""
    principal = await site.principals.of(request)
    connection_id = reading.path_id(request, "id")
    gone = await site.peers.call(
        crm.delete_connection, Nothing(), app_id=principal.app_id, connection_id=connection_id
    )
    return answers.data(gone)


@describe(query=PushListing, answer=CrmPush, rows=True)
async def list_pushes(site: Site, request: Request) -> Response:
    """List what a CRM was told in the last 30 days, or is to be told, newest first."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, PushListing)
    found = await site.peers.call(
        crm.list_pushes,
        CrmPushQuery(wanted.limit, wanted.cursor, wanted.status),
        app_id=principal.app_id,
        connection_id=reading.path_id(request, "id"),
    )
    return answers.page(found.rows, found.next_before)


@describe(answer=CrmPush, refuses=("action_not_available",))
async def retry_push(site: Site, request: Request) -> Response:
    """Tell a CRM once more, now, what it refused or what was given up."""
    principal = await site.principals.of(request)
    push_id = reading.path_id(request, "id")
    again = await site.peers.call(crm.retry_push, Nothing(), app_id=principal.app_id, push_id=push_id)
    return answers.data(again)
