"""The operations on booking links, as their app sees them."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct

from services.booking import rules
from services.booking.desk import Desk
from services.booking.rules import Template
from services.booking.store import booking_links, keys
from shared.contracts.booking_links import (
    BookingLink,
    BookingLinkFields,
    BookingLinkPage,
    CreateBookingLink,
    PageQuery,
)
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection, Database


async def create(desk: Desk, app_id: UUID, ask: CreateBookingLink) -> BookingLink:
    """Make a booking link; its host is the app's host with that email, new or renamed."""
    rules.check_booking_link(ask.fields, payable=desk.provider is not None)
    own_id, host_id = new_id(), new_id()
    fields = msgspec.structs.replace(
        ask.fields, slug=ask.fields.slug or _random_slug(ask.fields.title, own_id)
    )

    async def work(conn: Connection) -> Template:
        made_id = await keys.claim(conn, app_id, ask.once, own_id)
        if made_id == own_id:
            host = await booking_links.put_host(conn, host_id, app_id, fields.host)
            await booking_links.insert(conn, own_id, app_id, host, fields)
            await _write_slug(conn, fields.slug or "", own_id)
        return _present(await booking_links.get(conn, app_id, made_id))

    return show(await desk.database.transact(work))


async def get(database: Database, app_id: UUID, booking_link_id: UUID) -> BookingLink:
    async with database.connection() as conn:
        return show(_present(await booking_links.get(conn, app_id, booking_link_id)))


async def list_(database: Database, app_id: UUID, ask: PageQuery) -> BookingLinkPage:
    """A page of the app's booking links, newest first."""
    async with database.connection() as conn:
        found = await booking_links.list_(conn, app_id, ask)
    page = [show(template) for template in found[: ask.limit]]
    return BookingLinkPage(page, page[-1].id if len(found) > ask.limit else None)


async def change(desk: Desk, app_id: UUID, booking_link_id: UUID, ask: Struct) -> BookingLink:
    """Change the given fields; links already sent and bookings already made keep working."""
    host_id = new_id()

    async def work(conn: Connection) -> Template:
        template = _present(await booking_links.get(conn, app_id, booking_link_id, lock=True))
        fields = _merge(template, ask)
        rules.check_booking_link(fields, payable=desk.provider is not None)
        if fields.slug != template.slug:
            await _write_slug(conn, fields.slug or "", booking_link_id)
        host = await booking_links.put_host(conn, host_id, app_id, fields.host)
        await booking_links.update(conn, booking_link_id, host, fields)
        return _present(await booking_links.get(conn, app_id, booking_link_id))

    return show(await desk.database.transact(work))


def show(template: Template) -> BookingLink:
    """The booking link as its app sees it."""
    fields = template.fields
    names = set(BookingLink.__struct_fields__) & set(BookingLinkFields.__struct_fields__)
    values: dict[str, Any] = {name: getattr(fields, name) for name in names}
    values.update(slug=template.slug, host=template.host, slot_interval_minutes=template.interval_minutes)
    return BookingLink(
        id=template.id, created_at=template.created_at, updated_at=template.updated_at, **values
    )


def _merge(template: Template, patch: Struct) -> BookingLinkFields:
    """The fields with those of the patch that are set; a slug or host that is absent stays."""
    values = {name: getattr(patch, name) for name in patch.__struct_fields__}
    given = {name: value for name, value in values.items() if value is not UNSET}
    if given.get("slug", "") is None:
        del given["slug"]
    current = msgspec.structs.replace(template.fields, slug=template.slug, host=template.host)
    return msgspec.structs.replace(current, **given)


def _present(template: Template | None) -> Template:
    if template is None:
        raise Refusal("not_found")
    return template


async def _write_slug(conn: Connection, slug: str, booking_link_id: UUID) -> None:
    if not await booking_links.take_slug(conn, slug, booking_link_id):
        raise Refusal("slug_in_use")


def _random_slug(title: str, id: UUID) -> str:
    """The title in slug letters, and a suffix nobody else has."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in title.lower()).split()
    return "-".join([*words, id.hex[-10:]])[-100:].strip("-")
