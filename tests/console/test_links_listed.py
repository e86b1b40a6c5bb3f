"""The list: what it shows, how it is filtered, and that its CSV is the same list."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from tests.console.firm import LIST, Firm, listed, row, said
from tests.console.host import Page
from tests.stack import Stack
from tests.system.making import a_booking_link, a_contact, book_with, free_times

ODD = (
    "<script>alert(1)</script> & Söhne",
    "عائشة \u202eالحسن",
    "🎉 Łukasz “Zoë” Żółć",
    "W" * 200,
    "&lt;b&gt;",
)


@pytest.fixture
async def records(stack: Stack) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The database of tokens, for what only time would bring about."""
    conn = await asyncpg.connect(stack.dsn["tokens"])
    yield conn
    await conn.close()


async def _expire(records: "asyncpg.Connection[asyncpg.Record]", link: dict[str, Any]) -> None:
    await records.execute(
        """update scheduling_single_use_links set expires_at = now() - interval '1 minute',
           expiry_noted_at = now() where id = $1""",
        link["id"],
    )


async def _download(firm: Firm, query: str) -> list[str]:
    """The ids in the CSV of the same filters."""
    answer = await firm.host.get(f"{LIST}/csv{query}")
    assert answer.headers["Content-Type"].startswith("text/csv"), answer.text
    return [line["id"] for line in csv.DictReader(io.StringIO(answer.text))]


async def _walk(firm: Firm, query: str = "") -> list[str]:
    """The ids on all pages of a list, one after the other."""
    ids, page = [], await firm.host.get(f"{LIST}{query}")
    while True:
        ids += listed(page)
        assert len(ids) == len(set(ids))
        older = re.search(r'href="([^"]*)" rel="next"', page.text)
        if older is None:
            return ids
        page = await firm.host.get(older[1].replace("&amp;", "&"))


async def test_it_opens_with_open_links_and_all_the_others_are_one_click_away(
    firm: Firm, records: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    page = await a_booking_link(firm.app, title="Product tour")
    links = {name: await firm.link(page) for name in ("open", "consumed", "expired", "revoked")}
    booking = (await book_with(firm.visitor, page, links["consumed"])).data
    await _expire(records, links["expired"])
    await firm.app.post(f"/v1/single-use-links/{links['revoked']['id']}/revoke")
    first = await firm.host.get(LIST)
    assert listed(first) == [links["open"]["id"]]
    for name, link in links.items():
        shown = await firm.host.get(f"{LIST}?status={name}")
        assert listed(shown) == [link["id"]]
        assert name.capitalize() in row(shown, link)
        assert f'href="{LIST}{"" if name == "open" else f"?status={name}"}"' in first.text
    everything = await firm.host.get(f"{LIST}?status=all")
    assert listed(everything) == [link["id"] for link in reversed(links.values())]
    start = datetime.fromisoformat(booking["start"])
    assert f"for {start.day} {start:%b %Y, %H:%M}" in row(everything, links["consumed"])
    assert "Open 1 Consumed 1 Expired 1 Revoked 1 All 4" in said(everything)
    assert "1 of 4 links became a booking" in said(everything)


async def test_a_consumed_row_follows_its_booking(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    link = await firm.link(page)
    booking = (await book_with(firm.visitor, page, link)).data
    for place in (7, 9):
        start = (await free_times(firm.visitor, page))[place]
        await firm.app.ask("PUT", f"/v1/bookings/{booking['id']}/reschedule", {"start": start})
        booking = (await firm.app.get("/v1/bookings?limit=1")).data[0]
        there = datetime.fromisoformat(start)
        consumed = await firm.host.get(f"{LIST}?status=consumed")
        assert f"for {there.day} {there:%b %Y, %H:%M} Send a fresh one" in row(consumed, link)
    assert (await firm.app.ask("PUT", f"/v1/bookings/{booking['id']}/cancel")).data["state"] == "cancelled"
    assert "cancelled by the host" in row(await firm.host.get(f"{LIST}?status=consumed"), link)


async def test_a_row_offers_what_its_status_allows(
    firm: Firm, records: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    page = await a_booking_link(firm.app)
    links = [await firm.link(page) for _ in range(4)]
    await book_with(firm.visitor, page, links[1])
    await _expire(records, links[2])
    await firm.app.post(f"/v1/single-use-links/{links[3]['id']}/revoke")
    everything = await firm.host.get(f"{LIST}?status=all")
    offers = [
        {
            word
            for word in ("Copy", "Extend", "Revoke it", "Send a fresh one")
            if word in row(everything, link)
        }
        for link in links
    ]
    fresh = {"Send a fresh one"}
    assert offers == [{"Copy", "Extend", "Revoke it"}, fresh, {"Extend"} | fresh, fresh]


async def test_every_page_follows_the_one_before_and_csv_is_the_same_list(firm: Firm) -> None:
    pages = [await a_booking_link(firm.app, title=title) for title in ("Tour", "Call")]
    contact = await a_contact(firm.app, name="Grace Hopper")
    for number in range(70):
        whom = {"contact_id": contact["id"]} if number % 5 == 0 else {}
        campaign = {"source": {"campaign": "spring & autumn"}} if number % 2 else {}
        await firm.link(pages[number % 3 == 0], **whom, **campaign)
    everything = [link["id"] for link in await firm.links()]
    assert len(everything) == 70
    queries = {
        "": everything,
        "?q=hopper": [one["id"] for one in await firm.links("&q=hopper")],
        "?campaign=spring+%26+autumn": [one["id"] for one in await firm.links("&campaign=spring+%26+autumn")],
        f"?booking_link_id={pages[1]['id']}": [
            one["id"] for one in await firm.links(f"&booking_link_id={pages[1]['id']}")
        ],
        f"?contact_id={contact['id']}&campaign=spring+%26+autumn": [
            one["id"] for one in await firm.links(f"&contact_id={contact['id']}&campaign=spring+%26+autumn")
        ],
        f"?from={datetime.now(UTC).date() - timedelta(days=1)}": everything,
        "?to=2020-01-01": [],
    }
    for query, expected in queries.items():
        assert await _walk(firm, query) == expected, query
        assert await _download(firm, query) == expected, query
    assert 0 < len(queries["?q=hopper"]) < 70


async def test_times_are_in_the_zone_that_the_browser_tells(
    firm: Firm, records: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    link = await firm.link()
    at = "update scheduling_single_use_links set expires_at = $2::text::timestamptz where id = $1"
    await records.execute(at, link["id"], "2099-06-30T22:30:00Z")
    assert "30 Jun 2099" in row(await firm.host.get(LIST), link)
    firm.host.cookies["bookonce-zone"] = "Europe%2FBerlin"
    berlin = await firm.host.get(LIST)
    assert "1 Jul 2099" in row(berlin, link)
    assert "Times in Europe/Berlin" in said(berlin)
    for nonsense in ("Nowhere/Land", "../../etc/passwd", "%00", "x" * 3000, ""):
        firm.host.cookies["bookonce-zone"] = nonsense
        assert "Times in UTC" in said(await firm.host.get(LIST))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?status=nonsense", "Status must be one of the known values"),
        ("?from=yesterday", "“yesterday” must be a date"),
        ("?to=0001-01-01", "must lie between 2000 and 2199"),
        ("?from=9999-12-31", "must lie between 2000 and 2199"),
        ("?from=2026-02-02&to=2026-02-01", "must not be before the first day"),
        ("?booking_link_id=17", "must be a UUID"),
        ("?contact_id=17", "Contact must be a UUID"),
        ("?cursor=17", "Cursor must be a UUID"),
        (f"?q={'x' * 1000}", "must not be longer than 200"),
        ("?campaign=%00", "must not contain a NUL"),
        ("?q=a&q=b", "A field is given twice."),
        ("?q=%FF%FE%F0", None),
        ("?status=%F0%9F%8E%89", "Status must be one of"),
    ],
)
async def test_what_cannot_be_filtered_by_is_said_beside_its_field(
    firm: Firm, query: str, words: str | None
) -> None:
    link = await firm.link()
    page = await firm.host.get(f"{LIST}{query}")
    if words is None:
        assert page.status == 200
        return
    assert page.status in (400, 422), page.text
    assert words in said(page)
    assert link["id"] not in page.text


@pytest.mark.parametrize("name", ODD)
async def test_whatever_people_are_called_is_shown_as_it_is(firm: Firm, name: str) -> None:
    page = await a_booking_link(firm.app, title=name)
    link = await firm.link(
        page, contact={"name": name, "email": "odd@example.com"}, source={"campaign": name}
    )
    shown = await firm.host.get(LIST)
    assert row(shown, link).count(" ".join(name.split())) == 3
    assert "<script>alert" not in shown.text
    for path in (f"{LIST}/{link['id']}", f"/contacts/{link['contact']['id']}", "/contacts", f"{LIST}/new"):
        other = await firm.host.get(path)
        assert other.status == 200
        assert "<script>alert" not in other.text
        assert name in said(other) or name[:80] in said(other) or " ".join(name.split()) in said(other)


def _weight(page: Page) -> int:
    return len(page.text.encode())


async def test_empty_lists_say_what_to_do(firm: Firm) -> None:
    assert "Make your first link" in said(await firm.host.get(LIST))
    link = await firm.link()
    assert "No open links match" in said(await firm.host.get(f"{LIST}?q=nobody"))
    assert "No revoked links" in said(await firm.host.get(f"{LIST}?status=revoked"))
    await firm.app.post(f"/v1/single-use-links/{link['id']}/revoke")
    assert "No open links" in said(await firm.host.get(LIST))


async def test_a_full_page_of_long_rows_is_light(firm: Firm) -> None:
    page = await a_booking_link(firm.app, title="A title of some length")
    for number in range(31):
        await firm.link(
            page,
            contact={
                "name": f"Amara Nwakaego Okafor-Lindqvist {number}",
                "email": f"amara{number}@example.com",
            },
            source={"campaign": "autumn launch 2026"},
        )
    shown = await firm.host.get(LIST)
    assert len(listed(shown)) == 30
    assert _weight(shown) < 65_000
