"""Where the tokens service is put together."""

from functools import partial
from pathlib import Path
from typing import Any

from starlette.routing import Router

from services.tokens import api
from services.tokens.settings import Settings
from shared.capability import Keyring
from shared.contracts import tokens
from shared.contracts.operation import Operation
from shared.identity import Callers
from shared.postgres import Database
from shared.process import application
from shared.serve import Handler, bind

PIECE = "tokens"
MIGRATIONS = Path(__file__).parent / "migrations"


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    database = Database(settings.database_url, settings.database_pool_size, settings.database_statement_cache)
    links = api.Links(database, Keyring("single-use-link", settings.link_keyring))
    callers = Callers(PIECE, settings.caller_keys)
    handlers: dict[Operation[Any, Any], Handler] = {
        tokens.mint: api.mint,
        tokens.replay_mint: api.replay_mint,
        tokens.open_link: api.open_link,
        tokens.get_link: api.get_link,
        tokens.list_links: api.list_links,
        tokens.revoke: api.revoke,
        tokens.admit: api.admit,
        tokens.consume: api.consume,
        tokens.fence: api.fence,
        tokens.erase_contact: api.erase_contact,
        tokens.list_consumed: api.list_consumed,
    }
    routes = [bind(operation, partial(handler, links), callers) for operation, handler in handlers.items()]
    return application(routes, database.ready, database.open, database.close)
