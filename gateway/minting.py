"""Links made from what an app asks for: a booking link, contacts, and a mint put together."""

from collections import deque
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, structs

from gateway import reading
from gateway.api.single_use_links import SingleUseLink, show
from gateway.problems import Code
from gateway.site import Site
from shared.contracts import contacts, tokens
from shared.contracts.contacts import InlineContact, ResolveMany, ResolveRecipient, Wanted
from shared.contracts.tokens import (
    Captured,
    Link,
    Made,
    Mint,
    MintedMany,
    MintMany,
    MintReplay,
    Source,
)
from shared.contracts.values import Email, Instant, Name, Once
from shared.errors import invalid

BY_API = Source(channel="api")


class Terms(Struct, frozen=True, kw_only=True):
    """For which booking link, until when, and where it comes from."""

    booking_link_id: UUID
    expires_at: Instant | None | UnsetType = UNSET
    expires_in_days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    strict_email_match: bool = False
    source: Source | None = None


class Order(Terms, frozen=True, kw_only=True):
    """One link."""

    contact_id: UUID | None = None
    contact: InlineContact | None = None


BulkRow = Annotated[
    dict[str, Any], Meta(description="`contact_id`, or `name` and `email`; a bad row gets its own error.")
]


class BulkOrder(Terms, frozen=True, kw_only=True):
    """One link per row; a row is read by itself, so that a bad one spoils no other."""

    contacts: Annotated[list[BulkRow], Meta(min_length=1, max_length=10_000)]


class ContactId(Struct, frozen=True, forbid_unknown_fields=True):
    contact_id: UUID


class NamedContact(Struct, frozen=True, forbid_unknown_fields=True):
    name: Name
    email: Email


class RowError(Struct, frozen=True):
    """Why a row got no link."""

    code: Code
    detail: str


class RowResult(Struct, frozen=True, omit_defaults=True):
    index: int
    link: SingleUseLink | None = None
    error: RowError | None = None


Row = ContactId | NamedContact | RowError


async def make(site: Site, app_id: UUID, order: Order, once: Once | None) -> Link:
    """The link that this key has made before, else a fresh one; Refusal for what cannot be made."""
    made = await _made_before(site, app_id, once)
    return made[0] if made else await _mint(site, app_id, order, once)


async def make_many(
    site: Site, app_id: UUID, terms: Terms, rows: list[Row], once: Once | None
) -> list[SingleUseLink]:
    """A link for each row that can be used, in their order; unknown contacts are left out."""
    made = await _made_before(site, app_id, once)
    if made:
        return [show(site, link) for link in made]
    return await _mint_many(site, app_id, terms, rows, once)


async def _mint(site: Site, app_id: UUID, order: Order, once: Once | None) -> Link:
    expires_at = _expiry(order)
    recipient = ResolveRecipient(order.booking_link_id, order.contact_id, order.contact)
    resolved = await site.peers.call(contacts.resolve, recipient, app_id=app_id)
    ask = Mint(
        app_id,
        order.booking_link_id,
        resolved.slug,
        resolved.contact,
        expires_at,
        order.expires_in_days,
        order.strict_email_match,
        order.source or BY_API,
        once,
    )
    return await site.peers.call(tokens.mint, ask)


async def _mint_many(
    site: Site, app_id: UUID, order: Terms, rows: list[Row], once: Once | None
) -> list[SingleUseLink]:
    expires_at = _expiry(order)
    wanted = [_wanted(row) for row in rows if not isinstance(row, RowError)]
    ask = ResolveMany(order.booking_link_id, wanted)
    resolved = await site.peers.call(contacts.resolve_many, ask, app_id=app_id)
    many = MintMany(
        app_id,
        order.booking_link_id,
        resolved.slug,
        [contact for contact in resolved.contacts if contact is not None],
        expires_at,
        order.expires_in_days,
        order.strict_email_match,
        order.source or BY_API,
        once,
    )
    minted = await site.peers.call(tokens.mint_many, many) if many.contacts else MintedMany()
    if minted.pattern is None:
        return [show(site, link) for link in minted.links]
    return _each(site, show(site, minted.pattern), minted.made, many.contacts)


def _each(
    site: Site, pattern: SingleUseLink, made: list[Made], contacts: list[Captured]
) -> list[SingleUseLink]:
    """New links side by side with their contacts; in all else they are alike."""
    return [
        structs.replace(
            pattern,
            id=one.id,
            url=site.url(f"/single-use/{one.token}"),
            token=one.token,
            contact=contact,
        )
        for one, contact in zip(made, contacts, strict=True)
    ]


def read_row(row: dict[str, Any]) -> Row:
    """What a row asks for, or what is wrong with it."""
    try:
        if "contact_id" in row:
            return msgspec.convert(row, ContactId)
        return reading.trim(msgspec.convert(row, NamedContact))
    except msgspec.ValidationError as error:
        refusal = reading.explain(str(error))
        return RowError(refusal.code, "; ".join(f"{e.field} {e.message}" for e in refusal.errors))


def _wanted(row: ContactId | NamedContact) -> Wanted:
    if isinstance(row, ContactId):
        return Wanted(contact_id=row.contact_id)
    return Wanted(contact=InlineContact(row.name, row.email))


def results(rows: list[Row], links: list[SingleUseLink]) -> list[RowResult]:
    """Rows and links side by side: a row whose contact is unknown has no link among them."""
    results, waiting = [], deque(links)
    for index, row in enumerate(rows):
        if isinstance(row, RowError):
            results.append(RowResult(index, error=row))
        elif isinstance(row, ContactId) and not (waiting and waiting[0].contact.id == row.contact_id):
            results.append(RowResult(index, error=RowError("not_found", "There is no such contact.")))
        else:
            results.append(RowResult(index, waiting.popleft()))
    return results


def _expiry(terms: Terms) -> datetime | None | UnsetType:
    """The wish in UTC; what tokens would refuse is refused before a contact is made for it."""
    expires_at = terms.expires_at
    if terms.expires_in_days is not None and expires_at is not UNSET:
        raise invalid("expires_in_days", "give either expires_at or expires_in_days")
    if expires_at is UNSET or expires_at is None:
        return expires_at
    expires_at = reading.utc(expires_at, "expires_at")
    if expires_at <= datetime.now(UTC):
        raise invalid("expires_at", "must be in the future")
    return expires_at


async def _made_before(site: Site, app_id: UUID, once: Once | None) -> list[Link]:
    """The links that this idempotency key has made already, whether or not they could be made now."""
    if once is None:
        return []
    return (await site.peers.call(tokens.replay_mint, MintReplay(once), app_id=app_id)).links
