"""`GET /single-use/{token}`: a door that changes nothing, however often and by whomever it is opened."""

import asyncio
import json
import re

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link, book_with, link_now


async def test_an_open_link_leads_to_its_booking_page_with_its_token(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    for accept in ("text/html", "*/*", "application/json"):
        answer = await visitor.get(f"/single-use/{link['token']}", headers={"Accept": accept})
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        strings = {json.loads(text) for text in re.findall(r'"(?:[^"\\]|\\.)*"', answer.text)}
        assert {link["token"], f"/book/{booking_link['slug']}", "workestra:single_use_token"} <= strings


async def test_opening_changes_nothing_however_often(app: Client, visitor: Client, ledger: Ledger) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    before = await ledger.contents()
    scanner = {"User-Agent": "mail-scanner/1.0", "Purpose": "prefetch", "Sec-Purpose": "prefetch"}
    path = f"/single-use/{link['token']}"
    for _ in range(3):
        answers = await asyncio.gather(
            *(visitor.get(path) for _ in range(15)),
            *(visitor.ask("HEAD", path) for _ in range(15)),
            *(visitor.get(path, headers=scanner) for _ in range(5)),
        )
        assert {answer.status for answer in answers} == {200}
    assert await ledger.contents() == before
    assert await link_now(app, link) == link
    assert (await book_with(visitor, booking_link, link)).status == 201


async def test_only_get_and_head_open_it(app: Client, visitor: Client, ledger: Ledger) -> None:
    link = await a_link(app, await a_booking_link(app))
    before = await ledger.contents()
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert (await visitor.ask(method, f"/single-use/{link['token']}")).status == 405
    assert await ledger.contents() == before


async def test_a_dead_link_says_whom_to_ask(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app, host={"name": "Dana <Reyes>", "email": "dana@example.com"})
    link = await a_link(app, booking_link)
    await book_with(visitor, booking_link, link)
    page = await visitor.get(f"/single-use/{link['token']}", headers={"Accept": "text/html"})
    assert page.status == 410
    assert 'data-code="link_consumed"' in page.text
    assert "Ask Dana &lt;Reyes&gt; for a fresh one." in page.text
    assert link["token"] not in page.text


async def test_a_link_keeps_its_slug_and_still_leads_home_when_the_slug_changes(
    app: Client, visitor: Client
) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    renamed = f"{booking_link['slug']}-renamed"
    await app.patch(f"/v1/booking-links/{booking_link['id']}", {"slug": renamed})
    page = await visitor.get(f"/single-use/{link['token']}")
    (path,) = set(re.findall(r'"(/book/[^"]*)"', page.text))
    answer = await visitor.get(path)
    if answer.status == 301:
        answer = await visitor.get(answer.headers["Location"])
    assert answer.status == 200
    assert (await book_with(visitor, {"slug": renamed}, link)).status == 201
