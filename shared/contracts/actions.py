"""What `services/actions` answers: whether a key is genuine, and what it permits."""

from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from shared.contracts.operation import Nothing, Operation
from shared.contracts.values import Instant, Limit, Name, Once


class Credential(Struct, frozen=True):
    """An API key as the client sent it."""

    api_key: str


class Principal(Struct, frozen=True):
    """The app that a genuine key belongs to."""

    app_id: UUID
    api_key_id: UUID


class ApiKeyFields(Struct, frozen=True):
    """What an app may say of a new key."""

    name: Name | None = None


class CreateApiKey(Struct, frozen=True):
    fields: ApiKeyFields
    once: Once | None = None


class ApiKey(Struct, frozen=True):
    """An API key as it is listed; `prefix` is how it begins, `key` is there when it is made."""

    id: UUID
    name: str | None
    prefix: str
    created_at: Instant
    last_used_at: Instant | None
    key: str | UnsetType = UNSET


class ApiKeyQuery(Struct, frozen=True):
    """A page of an app's keys, newest first."""

    limit: Limit = 50
    before: UUID | None = None


class ApiKeyPage(Struct, frozen=True):
    rows: list[ApiKey]
    next_before: UUID | None


class App(Struct, frozen=True):
    """A tenant of this installation."""

    id: UUID
    name: str
    created_at: Instant


class AppPatch(Struct, frozen=True):
    name: Name | UnsetType = UNSET


_GATEWAY = frozenset({"gateway"})
_APP = "/internal/apps/{app_id}"
_KEYS = f"{_APP}/api-keys"

authenticate = Operation(
    "actions", "POST", "/internal/authenticate", Credential, Principal, _GATEWAY, repeatable=True
)
create_api_key = Operation("actions", "POST", _KEYS, CreateApiKey, ApiKey, _GATEWAY)
list_api_keys = Operation("actions", "GET", _KEYS, ApiKeyQuery, ApiKeyPage, _GATEWAY, repeatable=True)
delete_api_key = Operation("actions", "DELETE", f"{_KEYS}/{{api_key_id}}", Nothing, ApiKey, _GATEWAY)
get_app = Operation("actions", "GET", _APP, Nothing, App, _GATEWAY, repeatable=True)
change_app = Operation("actions", "PATCH", _APP, AppPatch, App, _GATEWAY, repeatable=True)
