"""HTML answers: compiled templates and the headers that every page carries."""

import secrets
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.responses import HTMLResponse, Response

from gateway import accent, assets, wording

STATIC = assets.FOLDER

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' https: data:; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# What a prefill, a slot look-up or a booking may answer while the page is open.
SPOKEN_BY_SCRIPT = (
    "link_consumed", "link_expired", "link_revoked", "link_unknown", "link_in_use", "link_wrong_template",
    "single_use_link_required", "email_mismatch", "slot_taken", "booking_link_inactive", "not_found",
    "invalid_request", "validation_failed", "payload_too_large", "too_many_requests", "unavailable",
    "timeout", "unreachable", "internal_error",
)  # fmt: skip


@lru_cache(maxsize=1024)
def spoken(host_name: str | None) -> dict[str, dict[str, str]]:
    """The server's own words, for the script to say."""
    return wording.explain_all(SPOKEN_BY_SCRIPT, host_name)


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=assets.static, modules=assets.modules, accent=accent)
    made.globals.update(spoken=spoken, retryable=wording.RETRYABLE)
    return made


TEMPLATES = environment()


@cache
def compiled(name: str) -> Template:
    return TEMPLATES.get_template(name)


def render(
    template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: object
) -> Response:
    """A page with a fresh nonce, under the policy that allows only what carries it."""
    nonce = secrets.token_urlsafe(16)
    body = compiled(template).render(context, status=status, nonce=nonce)
    policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
    return HTMLResponse(body, status, HEADERS | policy | dict(headers or {}))
