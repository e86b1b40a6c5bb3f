"""HTML answers: compiled templates and the headers that every page carries."""

import secrets
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.responses import HTMLResponse, Response

from gateway import accent, assets, wording
from gateway.console import times

STATIC = assets.FOLDER

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' https: data:; connect-src 'self'; font-src 'self'; form-action 'self'{sent_on}; "
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
    made.globals.update(spoken=spoken, retryable=wording.RETRYABLE, times=times)
    return made


TEMPLATES = environment()


@cache
def compiled(name: str) -> Template:
    return TEMPLATES.get_template(name)


def policy(nonce: str, sent_on: str | None = None) -> str:
    """The policy that allows only what carries the nonce; `sent_on` is where a form's answer may redirect.

    Browsers hold form-action against that redirect and against each that follows it, and sites redirect
    from their bare name to www, so any https address may follow the first.
    """
    if sent_on is None:
        return POLICY.format(nonce=nonce, sent_on="")
    address = urlsplit(sent_on)
    return POLICY.format(nonce=nonce, sent_on=f" {address.scheme}://{address.netloc} https:")


def render(
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    sent_on: str | None = None,
    **context: object,
) -> Response:
    """A page with a fresh nonce, under its policy; `sent_on` as for that."""
    nonce = secrets.token_urlsafe(16)
    body = compiled(template).render(context, status=status, nonce=nonce)
    own = {"Content-Security-Policy": policy(nonce, sent_on)}
    return HTMLResponse(body, status, HEADERS | own | dict(headers or {}))
