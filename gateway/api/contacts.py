"""`/v1/contacts`."""

from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, examples, reading
from gateway.api.listing import Listing
from gateway.describe import describe
from gateway.site import Site
from shared.contracts import contacts
from shared.contracts.contacts import Contact, ContactFields, ContactPatch, ContactQuery, CreateContact
from shared.contracts.operation import Nothing
from shared.contracts.values import Label


class ContactListing(Listing, frozen=True):
    q: Label | None = None


@describe(body=ContactFields, answer=Contact, status=201, example=examples.CONTACT, keyed=True)
async def create(site: Site, request: Request) -> Response:
    """Make a contact; its email is unique among the app's contacts."""
    principal = await site.principals.of(request)
    fields, once = await reading.body(request, ContactFields)
    ask = CreateContact(fields, once)
    return answers.data(await site.peers.call(contacts.create, ask, app_id=principal.app_id), 201)


@describe(query=ContactListing, answer=Contact, rows=True)
async def list_(site: Site, request: Request) -> Response:
    """List contacts, newest first; q searches names and emails."""
    principal = await site.principals.of(request)
    wanted = reading.query(request, ContactListing)
    ask = ContactQuery(wanted.limit, wanted.cursor, wanted.q)
    found = await site.peers.call(contacts.list_, ask, app_id=principal.app_id)
    return answers.page(found.rows, found.next_before)


@describe(answer=Contact)
async def get(site: Site, request: Request) -> Response:
    """Read a contact."""
    principal = await site.principals.of(request)
    contact_id = reading.path_id(request, "id")
    found = await site.peers.call(contacts.get, Nothing(), app_id=principal.app_id, contact_id=contact_id)
    return answers.data(found)


@describe(body=ContactPatch, answer=Contact, example=examples.CONTACT_CHANGE)
async def change(site: Site, request: Request) -> Response:
    """Change a contact; links already made keep the name and email they were made for."""
    principal = await site.principals.of(request)
    contact_id = reading.path_id(request, "id")
    ask, _ = await reading.body(request, ContactPatch)
    changed = await site.peers.call(contacts.change, ask, app_id=principal.app_id, contact_id=contact_id)
    return answers.data(changed)


@describe(answer=Contact)
async def erase(site: Site, request: Request) -> Response:
    """Forget a contact.

    Open links are revoked, name and email are gone everywhere, counts stay.
    """
    principal = await site.principals.of(request)
    contact_id = reading.path_id(request, "id")
    erased = await site.peers.call(contacts.erase, Nothing(), app_id=principal.app_id, contact_id=contact_id)
    return answers.data(erased)
