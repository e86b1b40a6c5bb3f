"""HTML answers: templates, and the headers that every page carries."""

import secrets
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.responses import HTMLResponse, Response

from deploy.sandbox_payments.amounts import spoken

FOLDER = Path(__file__).parent / "templates"
HEADERS = {
    "Cache-Control": "no-store",
    # No referrer would also hide from our own forms that they are our own.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; form-action 'self'{back}; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@cache
def _compiled(name: str) -> Template:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["spoken"] = spoken
    return made.get_template(name)


def render(template: str, *, status: int = 200, return_url: str | None = None, **context: object) -> Response:
    """A page with a fresh nonce; `return_url` is where its form's answer may send the visitor back to."""
    nonce = secrets.token_urlsafe(16)
    body = _compiled(template).render(context, nonce=nonce, return_url=return_url)
    policy = POLICY.format(nonce=nonce, back=_sent_on(return_url))
    return HTMLResponse(body, status, HEADERS | {"Content-Security-Policy": policy})


def see_other(address: str) -> Response:
    """On to another page, after a form was posted."""
    return Response(status_code=303, headers=HEADERS | {"Location": address})


def _sent_on(return_url: str | None) -> str:
    """Browsers hold form-action against where the answer redirects, too."""
    if return_url is None:
        return ""
    address = urlsplit(return_url)
    return f" {address.scheme}://{address.netloc}"
