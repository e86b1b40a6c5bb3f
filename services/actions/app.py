"""Where the actions service is put together."""

from functools import partial
from typing import Any

from starlette.routing import Router

from services.actions.api import action_links, api_keys, apps, checking, sessions, sign_ins, signing
from services.actions.office import Office
from services.actions.settings import Settings
from shared.call import Peers
from shared.capability import Keyring
from shared.contracts import actions
from shared.contracts import sessions as sessions_contract
from shared.contracts.operation import Operation
from shared.identity import Callers, Identity
from shared.postgres import Database
from shared.process import application
from shared.serve import Handler, bind
from shared.sweep import sweep

PIECE = "actions"
SWEEP_SECONDS = 2.0

HANDLERS: dict[Operation[Any, Any], Handler] = {
    actions.authenticate: api_keys.authenticate,
    actions.create_api_key: api_keys.create_api_key,
    actions.list_api_keys: api_keys.list_api_keys,
    actions.delete_api_key: api_keys.delete_api_key,
    actions.get_app: apps.get_app,
    actions.change_app: apps.change_app,
    actions.inspect_link: action_links.inspect_link,
    actions.follow_link: action_links.follow_link,
    actions.list_slots: action_links.list_slots,
    actions.sign_links: signing.sign_links,
    actions.make_link: signing.make_link,
    actions.check_link: checking.check_link,
    sessions_contract.inspect_sign_in: sign_ins.inspect_sign_in,
    sessions_contract.sign_in: sign_ins.sign_in,
    sessions_contract.get_session: sessions.get_session,
    sessions_contract.sign_out: sessions.sign_out,
    sessions_contract.sign_out_everywhere: sessions.sign_out_everywhere,
}


def office(settings: Settings) -> Office:
    """What the operations need, not yet connected."""
    return Office(
        Database(settings.database_url, settings.database_pool_size, settings.database_statement_cache),
        Peers(Identity(PIECE, settings.service_key), {"booking": settings.booking_url}),
        Keyring("api-key", settings.api_key_keyring),
        Keyring("action-link", settings.action_link_keyring),
        Keyring("sign-in", settings.sign_in_keyring),
        Keyring("session", settings.session_keyring),
        Keyring("csrf", settings.session_keyring),
    )


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    own = office(settings)
    callers = Callers(PIECE, settings.caller_keys)
    routes = [bind(operation, partial(handler, own), callers) for operation, handler in HANDLERS.items()]
    tasks = {"key use": partial(api_keys.note_use, own), "old sessions": partial(sessions.forget, own)}
    return application(
        PIECE,
        routes,
        own.database.ready,
        own.database.open,
        own.close,
        background=[lambda: sweep(tasks, SWEEP_SECONDS)],
    )
