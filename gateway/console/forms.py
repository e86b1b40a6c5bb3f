"""Forms of the console: no other site's page can post one, and none is lost when a session ends."""

import hmac
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from gateway import reading
from gateway.answers import Instead
from gateway.console import away, frame
from gateway.console.away import Handler
from gateway.console.hosts import Host
from gateway.console.origin import is_cross_site
from gateway.site import Site
from shared.errors import Refusal

CSRF = "csrf"
"""The hidden field that `console/_csrf.html` writes."""
Fields = list[tuple[str, str]]
Asked = TypeVar("Asked", bound=Struct)


@dataclass(frozen=True)
class Submitted:
    """A form that this host's own page sent; `fields` in the order of the form."""

    host: Host
    fields: Fields

    def text(self, name: str) -> str:
        """What was typed there, as it was typed; nothing where there is no such field."""
        return next((value for known, value in self.fields if known == name), "")

    def into(self, kind: type[Asked]) -> Asked:
        """The fields as a struct; Refusal that names the field which cannot be used."""
        return reading.fields(self.fields, kind)


def refuse_other_sites(site: Site, request: Request) -> None:
    """Instead: a page that says so, when another site's page sent this."""
    if is_cross_site(request.headers, site.public_url):
        raise Instead(frame.bare("console/elsewhere.html", status=403))


async def submitted(site: Site, request: Request, largest: int = reading.LARGEST_BODY) -> Submitted:
    """The form, or Instead: refused from another site; to be sent again by who has to sign in first."""
    refuse_other_sites(site, request)
    sent = await reading.form(request, largest)
    fields = [(name, value) for name, value in sent if name != CSRF]
    try:
        host = await site.hosts.find(request)
    except Refusal as refusal:
        raise Instead(_away(refusal, None, fields)) from None
    if host is None:
        raise Instead(_signed_out(fields))
    given = next((value for name, value in sent if name == CSRF), "")
    if not hmac.compare_digest(given.encode(), host.csrf.encode()):
        raise Instead(frame.bare("console/resume.html", status=403, host=host, fields=fields))
    request.state.submitted = form = Submitted(host, fields)
    return form


def kept(handler: Handler) -> Handler:
    """The handler of a form, which is kept to be sent again when a piece is away or slow."""

    @wraps(handler)
    async def handle(site: Site, request: Request) -> Response:
        try:
            return await handler(site, request)
        except Refusal as refusal:
            form: Submitted | None = getattr(request.state, "submitted", None)
            if form is None or not away.is_told(refusal, request):
                raise
            return _away(refusal, form.host, form.fields)

    return handle


def _away(refusal: Refusal, host: Host | None, fields: Fields) -> Response:
    page = {"host": host, "fields": fields, "code": refusal.code}
    return frame.bare("console/away.html", status=refusal.status, headers=away.HEADERS, **page)


def _signed_out(fields: Fields) -> Response:
    page = frame.bare("console/signed_out.html", status=401, fields=fields)
    # RFC 9110 wants one with every 401; at a scheme that it does not know no browser asks for a password.
    page.headers["WWW-Authenticate"] = 'Cookie realm="Bookonce console"'
    return page
