"""What was just done to a link, said once on the page that one comes back to."""

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Struct
from starlette.requests import Request

from gateway import reading
from gateway.console import destinations
from gateway.console.finding import found
from gateway.site import Site
from shared.contracts import tokens
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Link, Status
from shared.errors import Refusal

Doing = Literal["extended", "revoked"]
FIELDS = ("done", "link")
_NOW: Mapping[Doing, Status] = {"extended": "open", "revoked": "revoked"}


class _Told(Struct, frozen=True):
    done: Doing
    link: UUID


class Notice(Struct, frozen=True):
    """What was done, to which link."""

    done: Doing
    link: Link


def told_at(back: str, done: Doing, link_id: UUID) -> str:
    """The address of a page of the console with the notice on it."""
    page = destinations.local(back).partition("#")[0]
    return f"{page}{'&' if '?' in page else '?'}{urlencode({'done': done, 'link': str(link_id)})}"


async def of(site: Site, app_id: UUID, request: Request) -> Notice | None:
    """The notice that the address asks for, if it is about a link of this app, and true."""
    try:
        told = reading.query(request, _Told)
    except Refusal:
        return None
    link = await found(site.peers.call(tokens.get_link, Nothing(), app_id=app_id, link_id=told.link))
    return Notice(told.done, link) if link is not None and link.status == _NOW[told.done] else None
