"""Webhook endpoints of an app, and what was delivered to them (signed as standardwebhooks.com describes)."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.contracts.operation import Nothing, Operation
from shared.contracts.values import WEB_ADDRESS, Instant, Label, Limit, Once

Status = Literal["active", "disabled"]
Because = Literal["gone", "failing"]
"""Why an endpoint was disabled: it answered 410, or everything failed for days."""
DeliveryStatus = Literal["pending", "delivered", "failed"]
EVERY_EVENT = "*"
EventName = Annotated[str, Meta(min_length=1, max_length=100, examples=["booking.confirmed"])]
ReceiverUrl = Annotated[
    str, Meta(max_length=2000, pattern=WEB_ADDRESS, examples=["https://example.com/hooks/bookonce"])
]


class WebhookFields(Struct, frozen=True):
    """What an app says of an endpoint; `events` are types of events, or "*" for all of them."""

    url: ReceiverUrl
    events: Annotated[list[EventName], Meta(min_length=1, max_length=100)]
    description: Label | None = None


class CreateWebhook(Struct, frozen=True):
    fields: WebhookFields
    once: Once | None = None


class Webhook(Struct, frozen=True, kw_only=True):
    """An endpoint; `secret` is there when it is made and when it is rotated."""

    id: UUID
    url: str
    events: list[str]
    description: str | None
    status: Status
    disabled_at: Instant | None
    disabled_because: Because | None
    created_at: Instant
    secret: str | UnsetType = UNSET


class WebhookQuery(Struct, frozen=True):
    """A page of an app's endpoints, newest first."""

    limit: Limit = 50
    before: UUID | None = None


class WebhookPage(Struct, frozen=True):
    rows: list[Webhook]
    next_before: UUID | None


class Attempt(Struct, frozen=True):
    """One attempt: the receiver's `status` and the beginning of its answer, or why there was none."""

    at: Instant
    status: int | None
    error: str | None
    response_body: str
    took_ms: int


class SentRequest(Struct, frozen=True):
    """The latest request; the body is None before the first attempt and when its contact was erased."""

    headers: dict[str, str]
    body: str | None


class Delivery(Struct, frozen=True, kw_only=True):
    """What an endpoint is told; `id` is the header webhook-id of every attempt.

    `event_id` is None for what a step of a workflow sends. `attempts` are the latest ones, oldest first.
    """

    id: UUID
    webhook_id: UUID
    event_type: str
    event_id: UUID | None
    status: DeliveryStatus
    attempts: list[Attempt]
    request: SentRequest
    next_attempt_at: Instant | None
    created_at: Instant


class DeliveryQuery(Struct, frozen=True):
    """A page of an endpoint's deliveries, newest first."""

    limit: Limit = 50
    before: UUID | None = None
    status: DeliveryStatus | None = None


class DeliveryPage(Struct, frozen=True):
    rows: list[Delivery]
    next_before: UUID | None


_GATEWAY = frozenset({"gateway"})
_ALL = "/internal/apps/{app_id}/webhooks"
_ONE = f"{_ALL}/{{webhook_id}}"
_DELIVERY = "/internal/apps/{app_id}/webhook-deliveries/{delivery_id}"

create = Operation("workflows", "POST", _ALL, CreateWebhook, Webhook, _GATEWAY)
list_ = Operation("workflows", "GET", _ALL, WebhookQuery, WebhookPage, _GATEWAY, repeatable=True)
get = Operation("workflows", "GET", _ONE, Nothing, Webhook, _GATEWAY, repeatable=True)
delete = Operation("workflows", "DELETE", _ONE, Nothing, Webhook, _GATEWAY)
rotate_secret = Operation("workflows", "POST", f"{_ONE}/rotate-secret", Nothing, Webhook, _GATEWAY)
enable = Operation("workflows", "POST", f"{_ONE}/enable", Nothing, Webhook, _GATEWAY, repeatable=True)
list_deliveries = Operation(
    "workflows", "GET", f"{_ONE}/deliveries", DeliveryQuery, DeliveryPage, _GATEWAY, repeatable=True
)
redeliver = Operation("workflows", "POST", f"{_DELIVERY}/redeliver", Nothing, Delivery, _GATEWAY)
