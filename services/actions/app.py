"""Where the actions service is put together."""

from functools import partial
from pathlib import Path

from starlette.routing import Router

from services.actions import api
from services.actions.api import Office
from services.actions.settings import Settings
from shared.capability import Keyring
from shared.contracts import actions
from shared.identity import Callers
from shared.postgres import Database
from shared.process import application
from shared.serve import bind

PIECE = "actions"
MIGRATIONS = Path(__file__).parent / "migrations"


def office(settings: Settings) -> Office:
    """What the operations need, not yet connected."""
    database = Database(settings.database_url, settings.database_pool_size, settings.database_statement_cache)
    return Office(database, Keyring("api-key", settings.api_key_keyring))


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    own = office(settings)
    callers = Callers(PIECE, settings.caller_keys)
    routes = [bind(actions.authenticate, partial(api.authenticate, own), callers)]
    return application(routes, own.database.ready, own.database.open, own.database.close)
