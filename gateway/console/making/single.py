"""`/calendar/single-use/new`: a link for one contact, somebody known or new."""

import asyncio
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gateway import minting, pages, reading
from gateway.console import away, forms, frame, times
from gateway.console.finding import an_id, found
from gateway.console.forms import Submitted
from gateway.console.hosts import Host
from gateway.console.links import PATH, rows
from gateway.console.making import terms
from gateway.minting import Order
from gateway.site import Site
from shared.contracts import contacts, tokens
from shared.contracts.contacts import Contact, ContactQuery, InlineContact
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Link
from shared.errors import Refusal, invalid

NEW = "new"
"""In the place of a contact's id: somebody whose name and email are typed in."""
FOUND = 8
_EMPTY = dict.fromkeys((*terms.FIELDS, "contact", "name", "email", "find"), "")


class Asking(Struct, frozen=True):
    """A form filled in beforehand: with what a link was made for, or for a contact."""

    like: UUID | None = None
    contact_id: UUID | None = None


@away.told(PATH)
async def ask(site: Site, request: Request) -> Response:
    """The form."""
    host = await site.hosts.of(request)
    typed = await _begun(site, host, reading.query(request, Asking))
    return await _page(site, host, _EMPTY | typed)


@forms.kept
async def make(site: Site, request: Request) -> Response:
    """Make the link, and show its address; or look for a contact, and show the form again."""
    form = await forms.submitted(site, request)
    typed = _EMPTY | dict(form.fields)
    typed["key"] = typed.get("key") or secrets.token_urlsafe(16)
    if form.text("step") == "find":
        return await _page(site, form.host, typed)
    try:
        order = _order(form, times.zone_of(request))
        fields = [pair for pair in form.fields if pair[0] != "key"]
        link = await minting.make(site, form.host.app_id, order, terms.once(typed["key"], fields))
    except Refusal as refusal:
        return await _page(site, form.host, typed, terms.explained(refusal), refusal.status)
    return RedirectResponse(f"{PATH}/{link.id}?made={_how(order, link)}", 303)


async def choices(site: Site, request: Request) -> Response:
    """A piece of the form: contacts to choose from, while somebody types."""
    host = await site.hosts.of(request)
    find = request.query_params.get("find", "")
    people = await _found(site, host, find)
    return pages.render("console/_contacts_found.html", found=people, chosen="", find=find)


def _order(form: Submitted, zone: str) -> Order:
    wanted = terms.read(form, zone)
    whom: dict[str, Any] = {"contact": _newcomer(form)}
    if form.text("contact") not in ("", NEW):
        whom = {"contact_id": an_id(form.text("contact"))}
        if whom["contact_id"] is None:
            raise invalid("contact", "must be chosen")
    elif whom["contact"] is None:
        raise invalid("contact", "must be chosen, or typed in as someone new")
    return Order(**msgspec.structs.asdict(wanted), **whom)


def _newcomer(form: Submitted) -> InlineContact | None:
    given = {name: form.text(name) for name in ("name", "email")}
    if form.text("contact") != NEW and not any(map(str.strip, given.values())):
        return None
    try:
        return reading.trim(msgspec.convert(given, InlineContact))
    except msgspec.ValidationError as error:
        raise reading.explain(str(error)) from None


def _how(order: Order, link: Link) -> str:
    """Whether the contact was known by this email under another name."""
    typed = order.contact
    return "known" if typed is not None and typed.name != link.contact.name else "new"


async def _begun(site: Site, host: Host, asked: Asking) -> dict[str, str]:
    """What the form begins with; nothing of what another app owns."""
    if asked.like is None:
        return {} if asked.contact_id is None else {"contact": str(asked.contact_id)}
    ids = {"app_id": host.app_id, "link_id": asked.like}
    link = await found(site.peers.call(tokens.get_link, Nothing(), **ids))
    return {} if link is None else _like(link)


def _like(link: Link) -> dict[str, str]:
    return {
        "booking_link_id": str(link.booking_link_id),
        "contact": str(link.contact.id),
        "campaign": link.source.campaign or "",
        "strict": "on" if link.strict_email_match else "",
    }


async def _page(
    site: Site,
    host: Host,
    typed: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    templates, known, chosen = await asyncio.gather(
        rows.bookable(site, host.app_id, typed["booking_link_id"]),
        _found(site, host, typed["find"]),
        _chosen(site, host, typed["contact"]),
    )
    return frame.page(
        "console/new.html",
        host,
        PATH,
        status=status,
        templates=templates,
        found=([chosen] if chosen else []) + [one for one in known if one != chosen],
        typed=typed,
        key=typed.get("key") or secrets.token_urlsafe(16),
        wrong=_EMPTY | dict(wrong or {}),
    )


async def _found(site: Site, host: Host, looked_for: str) -> list[Contact]:
    """The newest contacts whose name or email has this in it."""
    q = looked_for.strip()[:200].replace("\0", "")
    ask = ContactQuery(limit=FOUND, q=q or None)
    return (await site.peers.call(contacts.list_, ask, app_id=host.app_id)).rows


async def _chosen(site: Site, host: Host, contact: str) -> Contact | None:
    contact_id = an_id(contact)
    if contact_id is None:
        return None
    return await found(site.peers.call(contacts.get, Nothing(), app_id=host.app_id, contact_id=contact_id))
