"""`/calendar/single-use/bulk`: links for a list of contacts, checked row by row before anything is made.

Nothing is kept between the steps. A browser with scripts keeps the contacts and sends them in parts; one
without sends its short list again with each step, a file as the text in it. Whatever is sent again makes
nothing twice.
"""

import asyncio
import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import answers, minting, pages, reading
from gateway.api.single_use_links import SingleUseLink
from gateway.console import away, csv_text, forms, frame, reading_csv, times
from gateway.console.forms import Submitted
from gateway.console.hosts import Host
from gateway.console.links import PATH, rows
from gateway.console.making import download, terms
from gateway.console.reading_csv import Row, Sheet
from gateway.minting import NamedContact
from gateway.site import Site
from shared.contracts.contacts import InlineContact
from shared.errors import Refusal, invalid

LARGEST_FORM = 2 * reading_csv.LARGEST
"""A file in base64 and what surrounds it."""
PART = 1000
"""So many links are made by one request; without scripts, so many in all."""
SHOWN = 100
"""So many rows are shown as they come, and so many more that cannot be used."""
_EMPTY = dict.fromkeys((*terms.FIELDS, "text"), "")


class Checked(Struct, frozen=True):
    """What a script goes on with: a piece of the page, whom links can be made for, and the CSV's heading."""

    html: str
    contacts: list[InlineContact]
    heading: str = download.HEADING


@away.told(PATH)
async def ask(site: Site, request: Request) -> Response:
    """The form."""
    host = await site.hosts.of(request)
    return await _page(site, host, _EMPTY)


@forms.kept
async def check(site: Site, request: Request) -> Response:
    """What would become of each row, told; changes nothing."""
    form = await forms.submitted(site, request, LARGEST_FORM)
    typed = _EMPTY | dict(form.fields)
    if form.text("step") == "change":
        return await _page(site, form.host, typed)
    try:
        terms.read(form, times.zone_of(request))
        sheet = await asyncio.to_thread(_sheet, form)
    except Refusal as refusal:
        if _by_script(request):
            raise
        return await _page(site, form.host, typed, terms.explained(refusal), refusal.status)
    contacts = sheet.contacts
    told: dict[str, Any] = {
        "sheet": sheet,
        "shown": _shown(sheet.rows),
        "number": len(contacts),
        "part": PART,
    }
    if form.text("file") and not sheet.fault:
        # A file is pasted text from here on.
        typed["text"] = csv_text.decoded(base64.b64decode(form.text("file")))
    if _by_script(request):
        html = pages.compiled("console/_bulk_checked.html").render(told, script=True)
        return answers.data(Checked(html, contacts))
    return await _page(site, form.host, typed, {"text": sheet.fault} if sheet.fault else {}, **told)


@forms.kept
async def make(site: Site, request: Request) -> Response:
    """Without scripts: make all links, or those of the same form again, and show or download them."""
    form = await forms.submitted(site, request, LARGEST_FORM)
    typed = _EMPTY | dict(form.fields)
    try:
        sheet = await asyncio.to_thread(_sheet, form)
        contacts = sheet.contacts
        if not 1 <= len(contacts) <= PART:
            raise invalid("text", f"must hold from 1 to {PART:,} contacts at a time without JavaScript")
        links = await _made(site, form, request, contacts)
    except Refusal as refusal:
        return await _page(site, form.host, typed, terms.explained(refusal), refusal.status)
    if form.text("step") == "download":
        return download.download(links)
    return await _page(site, form.host, typed, made=len(links), refused=_refused(sheet.rows))


async def make_part(site: Site, request: Request) -> Response:
    """For a script: make the links of one part, and answer their lines of CSV; the same when sent again."""
    form = await forms.submitted(site, request, LARGEST_FORM)
    try:
        contacts = msgspec.json.decode(form.text("contacts"), type=list[InlineContact])
    except msgspec.MsgspecError:
        raise Refusal("invalid_request", "contacts: must be a list of names and emails.") from None
    if not 1 <= len(contacts) <= PART:
        raise invalid("contacts", f"must be from 1 to {PART}")
    return answers.data(download.lines(await _made(site, form, request, contacts)))


async def _made(
    site: Site, form: Submitted, request: Request, contacts: Sequence[InlineContact]
) -> list[SingleUseLink]:
    """The links, those that the same form has made before if it has."""
    wanted: list[minting.Row] = [reading.trim(NamedContact(one.name, one.email)) for one in contacts]
    fields = [pair for pair in form.fields if pair[0] not in ("key", "step")]
    once = terms.once(form.text("key"), fields)
    what = terms.read(form, times.zone_of(request))
    return await minting.make_many(site, form.host.app_id, what, wanted, once)


def _sheet(form: Submitted) -> Sheet:
    """The file if one was chosen, else what was pasted."""
    if not form.text("file"):
        return reading_csv.read_text(form.text("text"))
    try:
        return reading_csv.read(base64.b64decode(form.text("file"), validate=True))
    except binascii.Error:
        raise Refusal("invalid_request", "file: must be base64.") from None


def _shown(found: Sequence[Row]) -> list[Row]:
    later = (row for row in found[SHOWN:] if row.problem is not None)
    return [*found[:SHOWN], *(row for row, _ in zip(later, range(SHOWN), strict=False))]


def _refused(found: Sequence[Row]) -> list[Row]:
    return [row for row in found if row.problem is not None or row.repeats is not None][:SHOWN]


def _by_script(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


async def _page(
    site: Site,
    host: Host,
    typed: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
    **told: Any,
) -> Response:
    nothing: dict[str, Any] = dict.fromkeys(("sheet", "made", "refused"))
    return frame.page(
        "console/bulk.html",
        host,
        PATH,
        status=status,
        templates=await rows.bookable(site, host.app_id, typed["booking_link_id"]),
        typed=typed,
        key=typed.get("key") or secrets.token_urlsafe(16),
        wrong=_EMPTY | dict(wrong or {}),
        **nothing | told,
    )
