"""`/v1/webhooks`."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import webhooks
from shared.contracts.operation import Nothing
from shared.contracts.webhooks import (
    CreateWebhook,
    Delivery,
    DeliveryQuery,
    DeliveryStatus,
    Webhook,
    WebhookFields,
    WebhookQuery,
)


class DeliveryListing(Listing, frozen=True):
    status: DeliveryStatus | None = None


@describe(body=WebhookFields, answer=Webhook, status=201, example=examples.WEBHOOK, keyed=True)
async def create(site: Site, request: Request) -> Response:
    """Make a webhook; this answer shows the secret that signs it.

    `events` are types of events, or `*` for all. Deliveries are signed as standardwebhooks.com describes,
    and repeated for over a day until they are answered with 2xx.
    """
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, WebhookFields)
    ask = CreateWebhook(fields, once)
    return answers.data(await site.peers.call(webhooks.create, ask, app_id=principal.app_id), 201)


@describe(query=Listing, answer=Webhook, rows=True)
async def list_(site: Site, request: Request) -> Response:
    """List webhooks, newest first."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, Listing)
    ask = WebhookQuery(wanted.limit, wanted.cursor)
    found = await site.peers.call(webhooks.list_, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


@describe(answer=Webhook)
async def get(site: Site, request: Request) -> Response:
    """Read a webhook."""
    principal = await site.principals.of(request)
    webhook_id = reading.path_id(request, "id")
    found = await site.peers.call(webhooks.get, Nothing(), app_id=principal.app_id, webhook_id=webhook_id)
    return answers.data(found)


@describe(answer=Webhook)
async def delete(site: Site, request: Request) -> Response:
    """Delete a webhook, with the list of what was delivered to it."""
    principal = await site.principals.of(request)
    webhook_id = reading.path_id(request, "id")
    gone = await site.peers.call(webhooks.delete, Nothing(), app_id=principal.app_id, webhook_id=webhook_id)
    return answers.data(gone)


@describe(answer=Webhook)
async def rotate_secret(site: Site, request: Request) -> Response:
    """Give a webhook a new secret; the one before signs along for 24 hours."""
    principal = await site.principals.of(request)
    webhook_id = reading.path_id(request, "id")
    rotated = await site.peers.call(
        webhooks.rotate_secret, Nothing(), app_id=principal.app_id, webhook_id=webhook_id
    )
    return answers.data(rotated)


@describe(answer=Webhook)
async def enable(site: Site, request: Request) -> Response:
    """Send to a disabled webhook again.

    A webhook is disabled when it answers 410, or when nothing arrived for five days. What failed meanwhile
    can be redelivered.
    """
    principal = await site.principals.of(request)
    webhook_id = reading.path_id(request, "id")
    enabled = await site.peers.call(
        webhooks.enable, Nothing(), app_id=principal.app_id, webhook_id=webhook_id
    )
    return answers.data(enabled)


@describe(query=DeliveryListing, answer=Delivery, rows=True)
async def list_deliveries(site: Site, request: Request) -> Response:
    """List what a webhook was told in the last 30 days, newest first."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, DeliveryListing)
    found = await site.peers.call(
        webhooks.list_deliveries,
        DeliveryQuery(wanted.limit, wanted.cursor, wanted.status),
        app_id=principal.app_id,
        webhook_id=reading.path_id(request, "id"),
    )
    return answers.page(found.rows, found.next_before)


@describe(answer=Delivery, refuses=("action_not_available",))
async def redeliver(site: Site, request: Request) -> Response:
    """Send a delivery once more, with the same id and body."""
    principal = await site.principals.of(request)
    delivery_id = reading.path_id(request, "id")
    again = await site.peers.call(
        webhooks.redeliver, Nothing(), app_id=principal.app_id, delivery_id=delivery_id
    )
    return answers.data(again)
