"""The operations on webhook endpoints and their deliveries, as their app sees them."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from services.workflows.store import deliveries, keys, webhooks
from services.workflows.store.webhooks import StoredWebhook
from services.workflows.vault import Unopened
from services.workflows.webhooks import secrets, subscriptions, urls
from services.workflows.webhooks.signing import OVERLAP, new_secret
from services.workflows.works import Works
from shared.contracts.webhooks import (
    CreateWebhook,
    Delivery,
    DeliveryPage,
    DeliveryQuery,
    Webhook,
    WebhookFields,
    WebhookPage,
    WebhookQuery,
)
from shared.errors import FieldError, Refusal
from shared.ids import new_id
from shared.postgres import Connection

MOST = 20
"""Endpoints of one app."""


async def create(works: Works, app_id: UUID, ask: CreateWebhook) -> Webhook:
    """Make an endpoint and show its secret; a repeated request shows it again."""
    fields = _checked(works, ask.fields)
    own_id, secret = new_id(), new_secret()

    async def work(conn: Connection) -> StoredWebhook:
        made_id = await keys.claim(conn, app_id, ask.once, own_id)
        if made_id == own_id:
            if await webhooks.count(conn, app_id) >= MOST:
                raise Refusal("validation_failed", f"An app has {MOST} webhooks at most.")
            await webhooks.insert(conn, own_id, app_id, fields, secrets.seal(works.vault, own_id, secret))
        return _present(await webhooks.get(conn, app_id, made_id))

    return _revealed(works, await works.database.transact(work))


async def list_(works: Works, app_id: UUID, ask: WebhookQuery) -> WebhookPage:
    """A page of the app's endpoints, newest first."""
    async with works.database.connection() as conn:
        found = await webhooks.list_(conn, app_id, ask)
    page = found[: ask.limit]
    return WebhookPage(page, page[-1].id if len(found) > ask.limit else None)


async def get(works: Works, app_id: UUID, webhook_id: UUID) -> Webhook:
    async with works.database.connection() as conn:
        return _present(await webhooks.get(conn, app_id, webhook_id)).webhook


async def delete(works: Works, app_id: UUID, webhook_id: UUID) -> Webhook:
    """Take an endpoint away, with all that was delivered to it."""
    async with works.database.connection() as conn:
        return _present(await webhooks.delete(conn, app_id, webhook_id)).webhook


async def rotate_secret(works: Works, app_id: UUID, webhook_id: UUID) -> Webhook:
    """Give an endpoint another secret and show it; the one before signs along for a day."""
    sealed = secrets.seal(works.vault, webhook_id, new_secret())
    async with works.database.connection() as conn:
        rotated = _present(await webhooks.rotate(conn, app_id, webhook_id, sealed, OVERLAP))
    return _revealed(works, rotated)


async def enable(works: Works, app_id: UUID, webhook_id: UUID) -> Webhook:
    """Send to an endpoint again; what it missed can be redelivered by hand."""
    async with works.database.connection() as conn:
        return _present(await webhooks.enable(conn, app_id, webhook_id)).webhook


async def list_deliveries(works: Works, app_id: UUID, webhook_id: UUID, ask: DeliveryQuery) -> DeliveryPage:
    """A page of what an endpoint was told, newest first."""
    async with works.database.connection() as conn:
        _present(await webhooks.get(conn, app_id, webhook_id))
        found = await deliveries.list_(conn, webhook_id, ask)
    page = found[: ask.limit]
    return DeliveryPage(page, page[-1].id if len(found) > ask.limit else None)


async def redeliver(works: Works, app_id: UUID, delivery_id: UUID) -> Delivery:
    """Send a delivery again, with the id that it had, and the same body."""

    async def work(conn: Connection) -> Delivery:
        standing = await deliveries.standing(conn, app_id, delivery_id)
        if standing is None:
            raise Refusal("not_found")
        is_active, has_something = standing
        if not is_active:
            raise Refusal("action_not_available", "The webhook is disabled: enable it first.")
        if not has_something:
            raise Refusal("action_not_available", "What this delivery said was erased.")
        return await deliveries.redeliver(conn, app_id, delivery_id)

    return await works.database.transact(work)


def _checked(works: Works, fields: WebhookFields) -> WebhookFields:
    """The fields, each event once; Refusal that names every value that cannot be used."""
    complaints = [("url", urls.complaint(fields.url, works.webhook_addresses))]
    complaints += [
        (f"events[{place}]", subscriptions.complaint(event)) for place, event in enumerate(fields.events)
    ]
    wrong = tuple(FieldError(field, message) for field, message in complaints if message is not None)
    if wrong:
        raise Refusal("validation_failed", errors=wrong)
    return msgspec.structs.replace(fields, events=list(dict.fromkeys(fields.events)))


def _revealed(works: Works, stored: StoredWebhook) -> Webhook:
    """The endpoint with its secret; without, when the key that sealed it is no longer held."""
    try:
        secret = secrets.opened(works.vault, stored.webhook.id, stored.sealed)
    except Unopened:
        return msgspec.structs.replace(stored.webhook, secret=UNSET)
    return msgspec.structs.replace(stored.webhook, secret=secret)


def _present(stored: StoredWebhook | None) -> StoredWebhook:
    if stored is None:
        raise Refusal("not_found")
    return stored
