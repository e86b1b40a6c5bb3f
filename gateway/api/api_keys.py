"""`/v1/api-keys` and `/v1/app`."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import actions
from shared.contracts.actions import ApiKey, ApiKeyFields, ApiKeyQuery, App, AppPatch, CreateApiKey
from shared.contracts.operation import Nothing


@describe(body=ApiKeyFields, answer=ApiKey, status=201, example=examples.API_KEY, keyed=True)
async def create(site: Site, request: Request) -> Response:
    """Make an API key; this answer is the only one that shows it."""
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, ApiKeyFields)
    ask = CreateApiKey(fields, once)
    return answers.data(await site.peers.call(actions.create_api_key, ask, app_id=principal.app_id), 201)


@describe(query=Listing, answer=ApiKey, rows=True)
async def list_(site: Site, request: Request) -> Response:
    """List API keys, newest first, by how they begin."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, Listing)
    ask = ApiKeyQuery(wanted.limit, wanted.cursor)
    found = await site.peers.call(actions.list_api_keys, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


@describe(answer=ApiKey)
async def delete(site: Site, request: Request) -> Response:
    """Delete an API key; within seconds it opens nothing."""
    principal = await site.principals.of(request)
    api_key_id = reading.path_id(request, "id")
    ended = await site.peers.call(
        actions.delete_api_key, Nothing(), app_id=principal.app_id, api_key_id=api_key_id
    )
    site.principals.forget(api_key_id)
    return answers.data(ended)


@describe(answer=App)
async def get_app(site: Site, request: Request) -> Response:
    """Read the app that the API key belongs to."""
    principal = await site.principals.of(request)
    return answers.data(await site.peers.call(actions.get_app, Nothing(), app_id=principal.app_id))


@describe(body=AppPatch, answer=App, example=examples.APP)
async def change_app(site: Site, request: Request) -> Response:
    """Change the app's settings.

    `redirect_origins` is where its action links may send people afterwards, besides what is signed into
    them. `action_links_on_open` says whether opening one asks first (`ask`) or acts at once (`act`).
    """
    principal = await site.principals.of(request)
    ask, _ = await reading.body(request, AppPatch)
    return answers.data(await site.peers.call(actions.change_app, ask, app_id=principal.app_id))
