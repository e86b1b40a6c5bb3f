"""Headers of what visitors see: kept by nobody, found by no search engine, framed by no page."""

import re

import pytest

from tests.system.client import Answer, Client
from tests.system.making import a_booking_link, a_link

HTML = {"Accept": "text/html"}


async def _pages(app: Client, visitor: Client, method: str = "GET") -> dict[str, Answer]:
    booking_link = await a_booking_link(app)
    closed = await a_booking_link(app, active=False)
    link = await a_link(app, booking_link)
    revoked = await a_link(app, booking_link)
    await app.post(f"/v1/single-use-links/{revoked['id']}/revoke")
    paths = {
        "booking page": f"/book/{booking_link['slug']}",
        "single-use link": f"/single-use/{link['token']}",
        "revoked link": f"/single-use/{revoked['token']}",
        "unknown link": "/single-use/nope",
        "closed page": f"/book/{closed['slug']}",
        "unknown page": "/book/nope",
        "nothing": "/nothing",
    }
    return {name: await visitor.ask(method, path, headers=HTML) for name, path in paths.items()}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_every_visitor_page_is_private(app: Client, visitor: Client, method: str) -> None:
    for name, answer in (await _pages(app, visitor, method)).items():
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8", name
        for header, value in (
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Robots-Tag", "noindex, nofollow"),
            ("X-Content-Type-Options", "nosniff"),
        ):
            assert answer.headers.getall(header) == [value], name


async def test_every_visitor_page_runs_only_what_its_own_nonce_allows(app: Client, visitor: Client) -> None:
    nonces = set()
    for name, answer in (await _pages(app, visitor)).items():
        policy = answer.headers["Content-Security-Policy"]
        directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
        assert directives["default-src"] == "'none'", name
        assert directives["frame-ancestors"] == "'none'", name
        assert directives["base-uri"] == "'none'", name
        assert "unsafe" not in policy, name
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
        assert nonce in directives["script-src"]
        for tag in re.findall(r"<(?:script|style)\b[^>]*>", answer.text):
            inert = 'type="application/json"' in tag or 'src="/static/' in tag
            assert inert or f'nonce="{nonce}"' in tag, (name, tag)
        assert not re.search(r"<[^>]+\s(?:style|on\w+)=", answer.text), name
        nonces.add(nonce)
    assert len(nonces) == 7


async def test_nothing_a_visitor_gets_is_kept_by_a_cache(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    slug, token = booking_link["slug"], (await a_link(app, booking_link))["token"]
    answers = [
        await visitor.get(f"/book/{slug}/slots?from=2030-01-01&to=2030-01-02&timezone=UTC"),
        await visitor.post(f"/book/{slug}/prefill", {"single_use_token": token}),
        await visitor.post(f"/book/{slug}", {}),
        await visitor.get("/booking-status/nope"),
    ]
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
