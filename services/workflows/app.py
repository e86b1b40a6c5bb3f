"""Where the workflows service is put together."""

from functools import partial
from typing import Any

from starlette.routing import Router

from services.workflows.api import webhooks, workflows
from services.workflows.settings import Settings
from services.workflows.vault import Vault
from services.workflows.webhooks import outbox
from services.workflows.webhooks.courier import Courier
from services.workflows.webhooks.dispatch import Dispatch
from services.workflows.works import Works
from shared.call import Peers
from shared.contracts import webhooks as webhooks_contract
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
    webhooks_contract.create: webhooks.create,
    webhooks_contract.list_: webhooks.list_,
    webhooks_contract.get: webhooks.get,
    webhooks_contract.delete: webhooks.delete,
    webhooks_contract.rotate_secret: webhooks.rotate_secret,
    webhooks_contract.enable: webhooks.enable,
    webhooks_contract.list_deliveries: webhooks.list_deliveries,
    webhooks_contract.redeliver: webhooks.redeliver,
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
    vault = Vault(settings.vault_keyring)
    return Works(database, peers, settings.public_url, vault, settings.webhook_private_addresses)


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    own = works(settings)
    callers = Callers(PIECE, settings.caller_keys)
    tasks: dict[str, Task] = {"old deliveries": partial(outbox.forget_old, own.database)}
    dispatch = Dispatch(own.database, own.vault, Courier(own.webhook_addresses))
    # Apart from the rest, which must not wait for a receiver that is slow.
    to_receivers: dict[str, Task] = {"webhooks": dispatch.send_due}

    async def close() -> None:
        await dispatch.close()
        await own.close()

    return application(
        PIECE,
        [bind(operation, partial(handler, own), callers) for operation, handler in HANDLERS.items()],
        own.database.ready,
        own.open,
        close,
        background=[lambda: sweep(tasks, SWEEP_SECONDS), lambda: sweep(to_receivers, SWEEP_SECONDS)],
    )
