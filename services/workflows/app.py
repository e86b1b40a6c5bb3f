"""Where the workflows service is put together."""

from functools import partial
from typing import Any

from starlette.routing import Router

from services.workflows import announcing, following, links, presenting, running
from services.workflows.api import crm_connections, runs, unsubscribing, webhooks, workflows
from services.workflows.crm import due as crm_due
from services.workflows.crm.bureau import Bureau
from services.workflows.crm.http import Http
from services.workflows.crm.vendor import Vendors
from services.workflows.mail.letter import Address
from services.workflows.mail.post_office import MailServer, PostOffice
from services.workflows.settings import Settings
from services.workflows.store import queue
from services.workflows.store.due_deliveries import Due
from services.workflows.vault import Vault
from services.workflows.webhooks import outbox
from services.workflows.webhooks.courier import Courier
from services.workflows.webhooks.dispatch import Dispatch
from services.workflows.works import Works
from shared.call import Peers
from shared.capability import Keyring
from shared.contracts import crm as crm_contract
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

BY_WORKS: dict[Operation[Any, Any], Handler] = {
    workflows_contract.create: workflows.create,
    workflows_contract.list_: workflows.list_,
    workflows_contract.get: workflows.get,
    workflows_contract.change: workflows.change,
    workflows_contract.delete: workflows.delete,
    workflows_contract.start_run: runs.start_run,
    workflows_contract.list_runs: runs.list_runs,
    workflows_contract.list_all_runs: runs.list_all_runs,
    workflows_contract.get_run: runs.get_run,
    workflows_contract.retry_run: runs.retry_run,
    workflows_contract.trigger: runs.trigger,
    workflows_contract.inspect_unsubscribe: unsubscribing.inspect_unsubscribe,
    workflows_contract.unsubscribe: unsubscribing.unsubscribe,
    workflows_contract.subscribe_again: unsubscribing.subscribe_again,
    webhooks_contract.create: webhooks.create,
    webhooks_contract.list_: webhooks.list_,
    webhooks_contract.get: webhooks.get,
    webhooks_contract.delete: webhooks.delete,
    webhooks_contract.rotate_secret: webhooks.rotate_secret,
    webhooks_contract.enable: webhooks.enable,
    webhooks_contract.list_deliveries: webhooks.list_deliveries,
    webhooks_contract.redeliver: webhooks.redeliver,
}
BY_BUREAU: dict[Operation[Any, Any], Handler] = {
    crm_contract.create_connection: crm_connections.create_connection,
    crm_contract.list_connections: crm_connections.list_connections,
    crm_contract.get_connection: crm_connections.get_connection,
    crm_contract.change_connection: crm_connections.change_connection,
    crm_contract.delete_connection: crm_connections.delete_connection,
    crm_contract.list_pushes: crm_connections.list_pushes,
    crm_contract.retry_push: crm_connections.retry_push,
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
    sender = Address.parse(settings.mail_from)

    async def fill(body: bytes, due: Due) -> bytes:
        return await links.reveal(peers, settings.public_url, due.app_id, due.id, body)

    courier = Courier(settings.webhook_private_addresses)
    present = partial(presenting.present, peers)
    vendors = Vendors(Http(), settings.hubspot_url, settings.salesforce_login_url)
    describe = partial(presenting.describe, peers)
    return Works(
        database,
        peers,
        settings.public_url,
        vault,
        settings.webhook_private_addresses,
        Dispatch(database, vault, courier, present, fill),
        Bureau(database, vault, vendors, describe, announcing.announce),
        PostOffice(_mail_server(settings, sender)),
        sender,
        Keyring("unsubscribe", settings.unsubscribe_keyring),
    )


def _mail_server(settings: Settings, sender: Address) -> MailServer:
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=sender.email,
        security=settings.smtp_security,
        username=settings.smtp_username or None,
        password=settings.smtp_password or None,
    )


def build(settings: Settings) -> Router:
    """The whole piece as an ASGI application."""
    own = works(settings)
    callers = Callers(PIECE, settings.caller_keys)
    routes = [
        *(bind(operation, partial(handler, own), callers) for operation, handler in BY_WORKS.items()),
        *(bind(operation, partial(handler, own.bureau), callers) for operation, handler in BY_BUREAU.items()),
    ]
    tasks: dict[str, Task] = {
        "overdue runs": partial(running.take_up_overdue, own),
        "old runs": partial(running.forget_old, own),
        "old events": partial(following.forget_old, own),
        "old deliveries": partial(outbox.forget_old, own.database),
        "old pushes": partial(crm_due.forget_old, own.bureau),
    }
    # Apart from the rest, which must not wait for somebody else's machine that is slow.
    to_receivers: dict[str, Task] = {"webhooks": own.dispatch.send_due}
    to_crms: dict[str, Task] = {"crm": partial(crm_due.send_due, own.bureau)}
    return application(
        PIECE,
        routes,
        own.database.ready,
        own.open,
        own.close,
        background=[
            *(partial(following.follow, own, owner) for owner in following.FEEDS),
            partial(
                queue.work,
                settings.direct_database_url or settings.database_url,
                partial(running.advance, own),
            ),
            *(partial(sweep, each, SWEEP_SECONDS) for each in (tasks, to_receivers, to_crms)),
        ],
    )
