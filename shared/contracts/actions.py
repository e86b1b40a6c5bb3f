"""What `services/actions` answers: whether a key is genuine, and what it permits."""

from uuid import UUID

from msgspec import Struct

from shared.contracts.operation import Operation


class Credential(Struct, frozen=True):
    """An API key as the client sent it."""

    api_key: str


class Principal(Struct, frozen=True):
    """The app that a genuine key belongs to."""

    app_id: UUID
    api_key_id: UUID


authenticate = Operation(
    "actions",
    "POST",
    "/internal/authenticate",
    Credential,
    Principal,
    frozenset({"gateway"}),
    repeatable=True,
)
