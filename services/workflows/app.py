"""Where the workflows service is put together."""

from functools import partial
from typing import Any

from starlette.routing import Router

from services.workflows.api import workflows
from services.workflows.settings import Settings
from services.workflows.works import Works
from shared.call import Peers
from shared.contracts import workflows as workflows_contract
from shared.contracts.operation import Operation
from shared.identity import Callers, Identity
from shared.postgres import Database
from shared.process import application
from shared.serve import Handler, bind
from shared.sweep import Task, sweep

PIECE = "workflows"
SWEEP_SECONDS = 1.0

HANDLERS: dict[Operation[Any, Any], Handler] = {
    workflows_contract.create: workflows.create,
    workflows_contract.list_: workflows.list_,
    workflows_contract.get: workflows.get,
    workflows_contract.change: workflows.change,
    workflows_contract.delete: workflows.delete,
}


def works(settings: Settings) -> Works:
    """What workflows need, not yet connected to anything."""
    database = Database(settings.database_url, settings.database_pool_size, settings.database_statement_cache)
    addresses = {
        "tokens": settings.tokens_url,
        "booking": settings.booking_url,
        "actions": settings.actions_url,
    }
    peers = Peers(Identity(PIECE, settings.service_key), addresses)
    return Works(database, peers, settings.public_url)


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    own = works(settings)
    callers = Callers(PIECE, settings.caller_keys)
    tasks: dict[str, Task] = {}
    return application(
        PIECE,
        [bind(operation, partial(handler, own), callers) for operation, handler in HANDLERS.items()],
        own.database.ready,
        own.open,
        own.close,
        background=[lambda: sweep(tasks, SWEEP_SECONDS)],
    )
