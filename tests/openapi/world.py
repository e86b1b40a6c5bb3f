"""One of everything that paths and bodies name, made by the pieces themselves."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from msgspec import convert

from shared.call import Peers
from shared.contracts import actions, booking_links, bookings, contacts, crm, tokens, webhooks, workflows
from shared.contracts.actions import ApiKeyFields, AppPatch, CreateApiKey, Credential
from shared.contracts.booking_links import BookingLinkFields, CreateBookingLink, Host, Schedule, SlotQuery
from shared.contracts.bookings import Book
from shared.contracts.contacts import ContactFields, CreateContact
from shared.contracts.crm import (
    CreateCrmConnection,
    CrmConnectionFields,
    CrmCredentials,
    CrmPush,
    CrmPushQuery,
)
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Captured, Mint
from shared.contracts.webhooks import CreateWebhook, Delivery, DeliveryQuery, WebhookFields, WebhookQuery
from shared.contracts.workflows import CreateWorkflow, Email, Occasion, WorkflowFields, WorkflowQuery
from tests.eventually import eventually
from tests.shared.settings import NOWHERE
from tests.system.making import ALWAYS, an_email
from tests.system.signing import sign

World = dict[str, str]
THANKS = "https://thanks.example"
DAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
"""A whole day that is free of all but what a test books."""


async def a_world(gateway: Peers, api_key: str) -> World:
    """Ids, token, capability, slug and a free start, by the names that paths and bodies give them."""
    app_id = (await gateway.call(actions.authenticate, Credential(api_key))).app_id
    key = await gateway.call(
        actions.create_api_key, CreateApiKey(ApiKeyFields("To be deleted")), app_id=app_id
    )
    await gateway.call(actions.change_app, AppPatch(redirect_origins=[THANKS]), app_id=app_id)
    host = Host("Dana Reyes", an_email())
    webhook_id = await _a_webhook(gateway, app_id)
    connection_id = await _a_connection(gateway, app_id)
    fields = BookingLinkFields(title="Intro call", host=host, schedule=convert(ALWAYS, Schedule))
    template = await gateway.call(booking_links.create, CreateBookingLink(fields), app_id=app_id)
    contact = await gateway.call(
        contacts.create, CreateContact(ContactFields("Amara Okafor", an_email())), app_id=app_id
    )
    recipient = Captured(contact.id, contact.name, contact.email)
    link = await gateway.call(tokens.mint, Mint(app_id, template.id, template.slug, recipient))
    days = SlotQuery(DAY.date(), DAY.date(), "UTC")
    first, second, *_ = (await gateway.call(booking_links.list_slots, days, slug=template.slug)).slots
    wish = Book(first, "UTC", contact.name, contact.email)
    booked = await gateway.call(bookings.book, wish, slug=template.slug)
    booking = {"id": str(booked.booking.id)}
    return {
        "app_id": str(app_id),
        "api_key_id": str(key.id),
        "api_key": str(key.key),
        "own_key": api_key,
        "booking_link_id": str(template.id),
        "contact_id": str(contact.id),
        "id": str(contact.id),
        "single_use_link_id": str(link.id),
        "link_id": str(link.id),
        "booking_id": booking["id"],
        "webhook_id": str(webhook_id),
        "delivery_id": str(await _a_delivery(gateway, app_id, webhook_id)),
        "connection_id": str(connection_id),
        "crm_connection_id": str(connection_id),
        "push_id": str(await _a_push(gateway, app_id, connection_id)),
        **await _a_run(gateway, app_id, contact.id),
        "token": link.token,
        "single_use_token": link.token,
        "capability": booked.capability,
        "slug": template.slug,
        "action": "cancel",
        "signature": sign(api_key, booking),
        "moving_signature": sign(api_key, booking, "reschedule_by_customer"),
        "start": second.isoformat(),
        "redirect": f"{THANKS}/done",
        "expires_at": DAY.isoformat(),
    }


async def _a_run(gateway: Peers, app_id: UUID, contact_id: UUID) -> World:
    """A workflow, and a run of it that has failed; those of earlier worlds make room."""
    earlier = await gateway.call(workflows.list_, WorkflowQuery(200), app_id=app_id)
    for one in earlier.rows:
        await gateway.call(workflows.delete, Nothing(), app_id=app_id, workflow_id=one.id)
    # Nobody says for which booking link.
    mail = Email(to="contact", subject="A link", text="{{ single_use_url }}")
    fields = WorkflowFields(name="Fails", trigger="deal_stage_changed", steps=[mail], active=False)
    workflow = await gateway.call(workflows.create, CreateWorkflow(fields), app_id=app_id)
    occasion = Occasion(contact_id)
    run = await gateway.call(workflows.start_run, occasion, app_id=app_id, workflow_id=workflow.id)

    async def failed() -> bool:
        now = await gateway.call(workflows.get_run, Nothing(), app_id=app_id, run_id=run.id)
        return now.state == "failed"

    await eventually(failed, within=30)
    return {"workflow_id": str(workflow.id), "run_id": str(run.id), "trigger": "deal_stage_changed"}


async def _a_connection(gateway: Peers, app_id: UUID) -> UUID:
    """To a CRM where nobody is, of the kind that no example connects; those of earlier worlds make room."""
    for one in (await gateway.call(crm.list_connections, Nothing(), app_id=app_id)).rows:
        await gateway.call(crm.delete_connection, Nothing(), app_id=app_id, connection_id=one.id)
    fields = CrmConnectionFields("salesforce", CrmCredentials("client", "secret", "refresh"))
    ask = CreateCrmConnection(fields)
    return (await gateway.call(crm.create_connection, ask, app_id=app_id)).id


async def _a_push(gateway: Peers, app_id: UUID, connection_id: UUID) -> UUID:
    """What the CRM is to be told of the world's single-use link."""

    async def told() -> list[CrmPush]:
        page = await gateway.call(crm.list_pushes, CrmPushQuery(), app_id=app_id, connection_id=connection_id)
        return page.rows

    rows: list[CrmPush] = await eventually(told, within=30)
    return rows[-1].id


async def _a_webhook(gateway: Peers, app_id: UUID) -> UUID:
    """An endpoint where nobody is; those of earlier worlds make room, for an app has only so many."""
    earlier = await gateway.call(webhooks.list_, WebhookQuery(), app_id=app_id)
    for one in earlier.rows:
        await gateway.call(webhooks.delete, Nothing(), app_id=app_id, webhook_id=one.id)
    ask = CreateWebhook(WebhookFields(f"{NOWHERE}/hooks", ["single_use_link.created"]))
    return (await gateway.call(webhooks.create, ask, app_id=app_id)).id


async def _a_delivery(gateway: Peers, app_id: UUID, webhook_id: UUID) -> UUID:
    """What the endpoint is told of the world's single-use link."""

    async def told() -> list[Delivery]:
        page = await gateway.call(
            webhooks.list_deliveries, DeliveryQuery(), app_id=app_id, webhook_id=webhook_id
        )
        return page.rows

    rows: list[Delivery] = await eventually(told, within=30)
    return rows[0].id
