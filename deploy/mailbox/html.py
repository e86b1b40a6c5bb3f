"""HTML answers: templates, and the headers that every page carries."""

import re
import secrets
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse, Response

FOLDER = Path(__file__).parent / "templates"
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-DNS-Prefetch-Control": "off",
}
PAGE = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
LETTER = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""For somebody else's HTML: no script, no form, nothing fetched; a link opens a window of its own."""
_CONNECTING = re.compile("<(?=link|i?frame|object|embed)", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")


def render(template: str, *, status: int = 200, **context: object) -> Response:
    """A page with a fresh nonce."""
    nonce = secrets.token_urlsafe(16)
    body = _compiled(template).render(context, nonce=nonce)
    return HTMLResponse(body, status, HEADERS | {"Content-Security-Policy": PAGE.format(nonce=nonce)})


def letter(html: str) -> Response:
    """The HTML of a letter, for the frame on its page."""
    # Chromium connects to where these elements point before it asks the policy, so none stays what it is. A
    # base of the letter's own comes second, and the first with a target counts.
    html = _CONNECTING.sub("<x-", html)
    body = f'<!doctype html><base target="_blank"><meta name="color-scheme" content="light">{html}'
    return HTMLResponse(body.encode(errors="replace"), headers=HEADERS | {"Content-Security-Policy": LETTER})


def linked(text: str) -> Markup:
    """Plain text with its web addresses as links."""
    pieces: list[Markup] = []
    end = 0
    for found in _LINK.finditer(text):
        address = escape(found[0])
        pieces += [escape(text[end : found.start()]), _LINKED.format(address, address)]
        end = found.end()
    return Markup("").join([*pieces, escape(text[end:])])


_LINKED = Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>')


def moment(when: date) -> str:
    """A time in UTC, or a day."""
    if not isinstance(when, datetime):
        return f"{when:%a} {when.day} {when:%b %Y}"
    utc = when.astimezone(UTC) if when.tzinfo else when
    return f"{utc:%a} {utc.day} {utc:%b %Y, %H:%M} {'UTC' if when.tzinfo else '(no zone)'}"


@cache
def _compiled(name: str) -> Template:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"linked": linked, "moment": moment}
    return made.get_template(name)
