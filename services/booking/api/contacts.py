"""The operations on contacts, as their app sees them."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from services.booking import erasures
from services.booking.desk import Desk
from services.booking.store import booking_links, bookings, contacts, keys, payments
from shared.contracts.contacts import (
    Contact,
    ContactFields,
    ContactPage,
    ContactPatch,
    ContactQuery,
    CreateContact,
    ResolvedMany,
    ResolvedRecipient,
    ResolveMany,
    ResolveRecipient,
    Wanted,
)
from shared.contracts.tokens import Captured
from shared.errors import Refusal, invalid
from shared.ids import new_id, new_ids
from shared.postgres import Connection, Database


async def create(database: Database, app_id: UUID, ask: CreateContact) -> Contact:
    """Make a contact; refused when the app has one with this email."""
    own_id = new_id()

    async def work(conn: Connection) -> Contact:
        made_id = await keys.claim(conn, app_id, ask.once, own_id)
        if made_id != own_id:
            return _present(await contacts.get(conn, app_id, made_id))
        made = await contacts.insert(conn, own_id, app_id, ask.fields)
        if made is None:
            raise _email_in_use()
        return made

    return await database.transact(work)


async def get(database: Database, app_id: UUID, contact_id: UUID) -> Contact:
    async with database.connection() as conn:
        return _present(await contacts.get(conn, app_id, contact_id))


async def list_(database: Database, app_id: UUID, ask: ContactQuery) -> ContactPage:
    """A page of the app's contacts, newest first; `q` is looked for in name and email."""
    async with database.connection() as conn:
        found = await contacts.list_(conn, app_id, ask)
    page = found[: ask.limit]
    return ContactPage(page, page[-1].id if len(found) > ask.limit else None)


async def change(database: Database, app_id: UUID, contact_id: UUID, ask: ContactPatch) -> Contact:
    """Change the given fields; links already made keep the name and email they were made for."""
    given = {name: value for name, value in msgspec.structs.asdict(ask).items() if value is not UNSET}

    async def work(conn: Connection) -> Contact:
        contact = _present(await contacts.get(conn, app_id, contact_id, lock=True))
        fields = ContactFields(contact.name, contact.email, contact.phone, contact.external_ref)
        return await contacts.update(conn, contact_id, app_id, msgspec.structs.replace(fields, **given))

    try:
        return await database.transact(work)
    except contacts.EmailTaken:
        raise _email_in_use() from None


async def erase(desk: Desk, app_id: UUID, contact_id: UUID) -> Contact:
    """Take name and email out of everything kept here, and have tokens do the same, now or soon."""

    async def work(conn: Connection) -> Contact:
        erased = await contacts.erase(conn, app_id, contact_id)
        if erased is None:
            raise Refusal("not_found")
        contact, email = erased
        await payments.erase_customer(conn, app_id, contact_id, email)
        await bookings.erase_customer(conn, app_id, contact_id, email)
        await keys.forget(conn, contact_id)
        return contact

    contact = await desk.database.transact(work)
    await erasures.tell_now(desk, app_id, contact_id)
    return contact


async def identify(database: Database, app_id: UUID, ask: Wanted) -> Captured:
    """The app's contact, by id, or by email and then made where there is none."""

    async def work(conn: Connection) -> Captured | None:
        if ask.contact is not None:
            return (await contacts.put_many(conn, app_id, [own_id], [ask.contact])).get(ask.contact.email)
        assert ask.contact_id is not None  # noqa: S101  one of the two is given
        return (await contacts.get_many(conn, app_id, [ask.contact_id]))[0]

    own_id = new_id()
    found = None if ask == Wanted() else await database.transact(work)
    if found is None:
        raise Refusal("not_found", "There is no such contact.")
    return found


async def resolve(database: Database, app_id: UUID, ask: ResolveRecipient) -> ResolvedRecipient:
    """The slug and the contact that a single-use link shall be made for; an inline contact is kept."""
    many = ResolveMany(ask.booking_link_id, [Wanted(ask.contact_id, ask.contact)])
    resolved = await resolve_many(database, app_id, many)
    contact = resolved.contacts[0]
    if contact is None:
        raise Refusal("not_found", "There is no such contact.")
    return ResolvedRecipient(resolved.slug, contact)


async def resolve_many(database: Database, app_id: UUID, ask: ResolveMany) -> ResolvedMany:
    """The same for many contacts at once, in two statements however many they are."""
    inline = [wanted.contact for wanted in ask.wanted if wanted.contact is not None]
    asked = [wanted.contact_id for wanted in ask.wanted if wanted.contact is None]
    ids = new_ids(len(inline))

    async def work(conn: Connection) -> ResolvedMany:
        template = await booking_links.get(conn, app_id, ask.booking_link_id)
        if template is None:
            raise Refusal("not_found", "There is no such booking link.")
        if not template.fields.active:
            raise Refusal("booking_link_inactive")
        by_email = await contacts.put_many(conn, app_id, ids, inline)
        known = iter(await contacts.get_many(conn, app_id, asked))
        found = [
            by_email.get(wanted.contact.email) if wanted.contact else next(known) for wanted in ask.wanted
        ]
        return ResolvedMany(template.slug, found)

    return await database.transact(work)


def _present(contact: Contact | None) -> Contact:
    if contact is None:
        raise Refusal("not_found")
    return contact


def _email_in_use() -> Refusal:
    return invalid("email", "is the email of another contact")
