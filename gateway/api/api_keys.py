"""`/v1/api-keys` and `/v1/app`."""

from uuid import UUID

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, reading
from gateway.site import Site
from shared.contracts import actions
from shared.contracts.actions import ApiKeyFields, ApiKeyQuery, AppPatch, CreateApiKey
from shared.contracts.operation import Nothing
from shared.contracts.values import Limit


class Listing(Struct, frozen=True):
    limit: Limit = 50
    cursor: UUID | None = None


async def create(site: Site, request: Request) -> Response:
    """One more key; this answer is the only one that shows it."""
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, ApiKeyFields)
    ask = CreateApiKey(fields, once)
    return answers.data(await site.peers.call(actions.create_api_key, ask, app_id=principal.app_id), 201)


async def list_(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    wanted = reading.query(request, Listing)
    ask = ApiKeyQuery(wanted.limit, wanted.cursor)
    found = await site.peers.call(actions.list_api_keys, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


async def delete(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    api_key_id = reading.path_id(request, "id")
    ended = await site.peers.call(
        actions.delete_api_key, Nothing(), app_id=principal.app_id, api_key_id=api_key_id
    )
    site.principals.forget(api_key_id)
    return answers.data(ended)


async def get_app(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    return answers.data(await site.peers.call(actions.get_app, Nothing(), app_id=principal.app_id))


async def change_app(site: Site, request: Request) -> Response:
    principal = await site.principals.of(request)
    ask, _ = await reading.body(request, AppPatch)
    return answers.data(await site.peers.call(actions.change_app, ask, app_id=principal.app_id))
