"""Where the tokens service is put together."""

from functools import partial
from typing import Any

from starlette.routing import Router

from services.tokens import sweeping
from services.tokens.api import claims, events, export, figures, links, minting, time_lines
from services.tokens.links import Links
from services.tokens.settings import Settings
from shared.capability import Keyring
from shared.contracts import events as events_contract
from shared.contracts import figures as figures_contract
from shared.contracts import time_lines as time_lines_contract
from shared.contracts import tokens
from shared.contracts.operation import Operation
from shared.identity import Callers
from shared.postgres import Database
from shared.process import application
from shared.serve import Handler, bind
from shared.sweep import sweep

PIECE = "tokens"
SWEEP_SECONDS = 1.25
"""With its jitter never less than a second apart, so that openings cost one statement a second."""

HANDLERS: dict[Operation[Any, Any], Handler] = {
    tokens.mint: minting.mint,
    tokens.mint_many: minting.mint_many,
    tokens.replay_mint: minting.replay_mint,
    tokens.open_link: links.open_link,
    tokens.export_links: export.export_links,
    tokens.get_link: links.get_link,
    tokens.list_links: links.list_links,
    tokens.change_expiry: links.change_expiry,
    tokens.revoke: links.revoke,
    tokens.erase_contact: links.erase_contact,
    tokens.admit: claims.admit,
    tokens.consume: claims.consume,
    tokens.fence: claims.fence,
    tokens.list_consumed: claims.list_consumed,
    figures_contract.count_links: figures.count_links,
    time_lines_contract.trace_links: time_lines.trace_links,
    events_contract.read_link_events: events.read_events,
}


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    database = Database(settings.database_url, settings.database_pool_size, settings.database_statement_cache)
    own = Links(database, Keyring("single-use-link", settings.link_keyring))
    callers = Callers(PIECE, settings.caller_keys)
    tasks = {
        "openings": partial(sweeping.write_openings, own),
        "expiries": partial(sweeping.note_expired, own),
        "events": partial(sweeping.forget_events, own),
    }

    async def close() -> None:
        await sweeping.write_openings(own)
        await database.close()

    return application(
        PIECE,
        [bind(operation, partial(handler, own), callers) for operation, handler in HANDLERS.items()],
        database.ready,
        database.open,
        close,
        background=[lambda: sweep(tasks, SWEEP_SECONDS)],
    )
