"""What `services/booking` answers about contacts: the people links are made for."""

from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from shared.contracts.operation import Nothing, Operation
from shared.contracts.tokens import Captured
from shared.contracts.values import Email, Instant, Label, Limit, Name, Once


class ContactFields(Struct, frozen=True):
    """A person links are made for; `email` is unique in an app, compared without case."""

    name: Name
    email: Email
    phone: Label | None = None
    external_ref: Label | None = None


class ContactPatch(Struct, frozen=True):
    name: Name | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Label | None | UnsetType = UNSET
    external_ref: Label | None | UnsetType = UNSET


class CreateContact(Struct, frozen=True):
    fields: ContactFields
    once: Once | None = None


class Contact(Struct, frozen=True):
    id: UUID
    name: str
    email: str
    phone: str | None
    external_ref: str | None
    created_at: Instant
    updated_at: Instant


class ContactQuery(Struct, frozen=True):
    limit: Limit = 50
    before: UUID | None = None
    q: Label | None = None


class ContactPage(Struct, frozen=True):
    rows: list[Contact]
    next_before: UUID | None


class InlineContact(Struct, frozen=True):
    """A contact by name and email; an existing one with the same email is used as it stands."""

    name: Name
    email: Email


_EXAMPLE = {"name": "Amara Okafor", "email": "amara.okafor@example.com"}
Inline = Annotated[InlineContact | None, Meta(examples=[_EXAMPLE])]


class ResolveRecipient(Struct, frozen=True):
    """For whom and for which booking link a single-use link shall be made."""

    booking_link_id: UUID
    contact_id: UUID | None = None
    contact: Inline = None


class ResolvedRecipient(Struct, frozen=True):
    slug: str
    contact: Captured


class Wanted(Struct, frozen=True):
    """A contact by id, or by name and email."""

    contact_id: UUID | None = None
    contact: Inline = None


class ResolveMany(Struct, frozen=True):
    """For whom, all for one booking link, single-use links shall be made."""

    booking_link_id: UUID
    wanted: Annotated[list[Wanted], Meta(max_length=10_000)]


class ResolvedMany(Struct, frozen=True):
    """The contacts in the order they were asked for; None where there is no such contact."""

    slug: str
    contacts: list[Captured | None]


_GATEWAY = frozenset({"gateway"})
_WITH_WORKFLOWS = frozenset({"gateway", "workflows"})
_CONTACTS = "/internal/apps/{app_id}/contacts"

create = Operation("booking", "POST", _CONTACTS, CreateContact, Contact, _GATEWAY)
get = Operation(
    "booking", "GET", f"{_CONTACTS}/{{contact_id}}", Nothing, Contact, _WITH_WORKFLOWS, repeatable=True
)
identify = Operation(
    "booking", "POST", f"{_CONTACTS}/identify", Wanted, Captured, _WITH_WORKFLOWS, repeatable=True
)
list_ = Operation("booking", "GET", _CONTACTS, ContactQuery, ContactPage, _GATEWAY, repeatable=True)
change = Operation("booking", "PATCH", f"{_CONTACTS}/{{contact_id}}", ContactPatch, Contact, _GATEWAY)
erase = Operation("booking", "DELETE", f"{_CONTACTS}/{{contact_id}}", Nothing, Contact, _GATEWAY)
resolve = Operation(
    "booking",
    "POST",
    "/internal/apps/{app_id}/recipients",
    ResolveRecipient,
    ResolvedRecipient,
    _GATEWAY,
    repeatable=True,
)
resolve_many = Operation(
    "booking",
    "POST",
    "/internal/apps/{app_id}/recipients/bulk",
    ResolveMany,
    ResolvedMany,
    _GATEWAY,
    repeatable=True,
)
