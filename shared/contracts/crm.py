"""Connections of an app to its CRM, and what was pushed there: owned by `services/workflows`."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.contracts.operation import Nothing, Operation
from shared.contracts.values import Instant, Limit, Once

CrmKind = Literal["hubspot", "salesforce"]
CrmStatus = Literal["connected", "needs_reconnect"]
PushStatus = Literal["pending", "done", "refused", "dead"]
Secret = Annotated[str, Meta(min_length=1, max_length=2000, pattern=r"\A[\x21-\x7e]+\Z")]
PropertyName = Annotated[
    str,
    Meta(max_length=100, pattern=r"\A[A-Za-z][A-Za-z0-9_]*\Z", examples=["bookonce_key"]),
]


class CrmCredentials(Struct, frozen=True):
    """An OAuth client and its refresh token; they are kept encrypted and never shown."""

    client_id: Secret
    client_secret: Secret
    refresh_token: Secret


class CrmOptions(Struct, frozen=True):
    """Properties of the CRM that the app has made for this.

    `contact_property` holds a contact's `external_ref` (HubSpot: a property with unique values; Salesforce: a
    field of Contact and Lead); without it contacts are found by email. `key_property` is for our keys
    (HubSpot: a property with unique values of notes and meetings; Salesforce: an external id field of
    activities), so that a repeated push can never make a second record.
    """

    contact_property: PropertyName | None = None
    key_property: PropertyName | None = None


class CrmConnectionFields(Struct, frozen=True):
    """A connection to make; an app has one of each kind."""

    kind: CrmKind
    credentials: CrmCredentials
    options: CrmOptions = CrmOptions()


class CreateCrmConnection(Struct, frozen=True):
    fields: CrmConnectionFields
    once: Once | None = None


class CrmConnectionPatch(Struct, frozen=True):
    """Fresh credentials connect it again; what was not pushed meanwhile follows."""

    credentials: CrmCredentials | UnsetType = UNSET
    options: CrmOptions | UnsetType = UNSET


class CrmConnection(Struct, frozen=True):
    """A connection; `last_error` says why the last push failed, or why it needs new credentials."""

    id: UUID
    kind: CrmKind
    status: CrmStatus
    options: CrmOptions
    created_at: Instant
    last_used_at: Instant | None
    last_error: str | None


class CrmConnections(Struct, frozen=True):
    """All connections of an app."""

    rows: list[CrmConnection]


class CrmPush(Struct, frozen=True):
    """Something told to the CRM, or to be told.

    `refused` when the CRM would not take it, as when it knows no such contact; `dead` when it was given up
    after a day of trying. `error` says why.
    """

    id: UUID
    event_type: str
    subject_id: UUID
    status: PushStatus
    attempts: int
    error: str | None
    created_at: Instant
    done_at: Instant | None


class CrmPushQuery(Struct, frozen=True):
    """A page of a connection's pushes, newest first."""

    limit: Limit = 50
    before: UUID | None = None
    status: PushStatus | None = None


class CrmPushPage(Struct, frozen=True):
    rows: list[CrmPush]
    next_before: UUID | None


_GATEWAY = frozenset({"gateway"})
_CONNECTIONS = "/internal/apps/{app_id}/crm-connections"
_CONNECTION = f"{_CONNECTIONS}/{{connection_id}}"

create_connection = Operation("workflows", "POST", _CONNECTIONS, CreateCrmConnection, CrmConnection, _GATEWAY)
list_connections = Operation(
    "workflows", "GET", _CONNECTIONS, Nothing, CrmConnections, _GATEWAY, repeatable=True
)
get_connection = Operation("workflows", "GET", _CONNECTION, Nothing, CrmConnection, _GATEWAY, repeatable=True)
change_connection = Operation(
    "workflows", "PATCH", _CONNECTION, CrmConnectionPatch, CrmConnection, _GATEWAY, repeatable=True
)
delete_connection = Operation("workflows", "DELETE", _CONNECTION, Nothing, CrmConnection, _GATEWAY)
list_pushes = Operation(
    "workflows", "GET", f"{_CONNECTION}/pushes", CrmPushQuery, CrmPushPage, _GATEWAY, repeatable=True
)
retry_push = Operation(
    "workflows", "POST", "/internal/apps/{app_id}/crm-pushes/{push_id}/retry", Nothing, CrmPush, _GATEWAY
)
