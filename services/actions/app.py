"""Where the actions service is put together."""

from functools import partial
from typing import Any

from starlette.routing import Router

from services.actions import api
from services.actions.api import Office
from services.actions.settings import Settings
from shared.capability import Keyring
from shared.contracts import actions
from shared.contracts.operation import Operation
from shared.identity import Callers
from shared.postgres import Database
from shared.process import application
from shared.serve import Handler, bind
from shared.sweep import sweep

PIECE = "actions"
SWEEP_SECONDS = 2.0

HANDLERS: dict[Operation[Any, Any], Handler] = {
    actions.authenticate: api.authenticate,
    actions.get_app: api.get_app,
    actions.change_app: api.change_app,
    actions.create_api_key: api.create_api_key,
    actions.list_api_keys: api.list_api_keys,
    actions.delete_api_key: api.delete_api_key,
}


def office(settings: Settings) -> Office:
    """What the operations need, not yet connected."""
    database = Database(settings.database_url, settings.database_pool_size, settings.database_statement_cache)
    return Office(database, Keyring("api-key", settings.api_key_keyring))


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    own = office(settings)
    callers = Callers(PIECE, settings.caller_keys)
    routes = [bind(operation, partial(handler, own), callers) for operation, handler in HANDLERS.items()]
    tasks = {"key use": partial(api.note_use, own)}
    return application(
        PIECE,
        routes,
        own.database.ready,
        own.database.open,
        own.database.close,
        background=[lambda: sweep(tasks, SWEEP_SECONDS)],
    )
