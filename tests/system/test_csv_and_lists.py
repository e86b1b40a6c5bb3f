"""Whatever is filtered for, list and CSV hold exactly the links that match, newest first, each once."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import product
from typing import Any
from urllib.parse import urlencode

import asyncpg
import pytest

from tests.stack import Stack
from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.making import a_booking_link, a_contact, a_link, book_with, link_now

Link = dict[str, Any]
Filter = tuple[dict[str, str], Callable[[Link], bool]]
"""Query parameters, and which links they ask for."""
CAMPAIGNS = (None, "spring", "autumn, late")
STATUSES = ("open", "consumed", "expired", "revoked")


@pytest.fixture(scope="module")
async def shelf(new_app: NewApp, stack: Stack) -> tuple[Client, list[Link]]:
    """An app with links of two booking links, two contacts, three campaigns and every status."""
    app = await new_app()
    pages = [await a_booking_link(app) for _ in range(2)]
    people = [await a_contact(app) for _ in range(2)]
    made: list[Link] = []
    for page, person, campaign, status in product(pages, people, CAMPAIGNS, STATUSES):
        source = {"source": {"campaign": campaign}} if campaign else {}
        link = await a_link(app, page, contact_id=person["id"], **source)
        if status == "consumed":
            assert (await book_with(app, page, link)).status == 201
        if status == "revoked":
            await app.post(f"/v1/single-use-links/{link['id']}/revoke")
        if status == "expired":
            await _expire(stack, link)
        made.append(link)
    return app, [await link_now(app, link) for link in reversed(made)]


async def _expire(stack: Stack, link: Link) -> None:
    conn = await asyncpg.connect(stack.dsn["tokens"])
    try:
        sooner = "update scheduling_single_use_links set expires_at = now() where id = $1"
        await conn.execute(sooner, link["id"])
    finally:
        await conn.close()


def _filters(links: list[Link]) -> list[Filter]:
    """Every combination of filters, each with what it means, told in Python."""
    middle, page = links[len(links) // 2]["created_at"], links[0]["booking_link_id"]
    email = links[0]["contact"]["email"]
    choices: list[list[Filter]] = [
        [({"status": status}, _is("status", status)) for status in STATUSES],
        [({"booking_link_id": page}, _is("booking_link_id", page))],
        [({"contact_id": links[0]["contact"]["id"]}, lambda link: link["contact"] == links[0]["contact"])],
        [({"q": email.upper()[:9]}, lambda link: link["contact"]["email"] == email)],
        [({"campaign": CAMPAIGNS[2]}, lambda link: link["source"]["campaign"] == CAMPAIGNS[2])],
        [
            ({"created_from": middle}, lambda link: link["created_at"] >= middle),
            ({"created_to": middle}, lambda link: link["created_at"] < middle),
        ],
    ]
    anything: Filter = ({}, lambda _: True)
    return [_all(chosen) for chosen in product(*([anything, *offered] for offered in choices))]


def _is(name: str, value: str) -> Callable[[Link], bool]:
    return lambda link: bool(link[name] == value)


def _all(filters: Sequence[Filter]) -> Filter:
    query = {name: value for asked, _ in filters for name, value in asked.items()}
    return query, lambda link: all(matches(link) for _, matches in filters)


async def _pages(app: Client, query: dict[str, str], limit: int) -> list[Link]:
    """All rows of a list, page by page."""
    rows: list[Link] = []
    cursor: dict[str, str] = {}
    while True:
        asked = urlencode({**query, **cursor, "limit": limit})
        page = (await app.get(f"/v1/single-use-links?{asked}")).json
        rows += page["data"]
        if page["next_cursor"] is None:
            return rows
        assert len(page["data"]) == limit
        cursor = {"cursor": page["next_cursor"]}


async def _csv(app: Client, query: dict[str, str]) -> list[dict[str, str]]:
    answer = await app.get(f"/v1/single-use-links.csv?{urlencode(query)}")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline=""), strict=True))


async def test_every_combination_of_filters_finds_what_it_says(shelf: tuple[Client, list[Link]]) -> None:
    app, links = shelf
    found = 0
    for query, matches in _filters(links):
        expected = [link for link in links if matches(link)]
        assert await _pages(app, query, limit=5) == expected, query
        rows = await _csv(app, query)
        told = [(row["id"], row["url"], row["status"]) for row in rows]
        assert told == [(link["id"], link["url"], link["status"]) for link in expected], query
        found += len(expected)
    assert found > len(links)


async def test_a_link_is_expired_from_its_moment_on_whether_or_not_the_sweep_has_been_there(
    app: Client, stack: Stack
) -> None:
    page = await a_booking_link(app)
    link, other = await a_link(app, page), await a_link(app, page)
    mine = {"booking_link_id": page["id"]}

    async def told() -> tuple[list[str], ...]:
        """Ids by list and by CSV for open and for expired links, then what the link itself says."""
        by_list = [
            [row["id"] for row in await _pages(app, {**mine, "status": s}, 1)] for s in ("open", "expired")
        ]
        by_csv = [[row["id"] for row in await _csv(app, {**mine, "status": s})] for s in ("open", "expired")]
        whole = [row["status"] for row in await _csv(app, mine)]
        return *by_list, *by_csv, whole, [(await link_now(app, link))["status"]]

    expected = ([other["id"]], [link["id"]], [other["id"]], [link["id"]], ["open", "expired"], ["expired"])
    async with _kept_from_the_sweep(stack, link) as noted:
        assert await told() == expected
        assert not await noted()
    conn = await asyncpg.connect(stack.dsn["tokens"])
    try:
        found = "select expiry_noted_at from scheduling_single_use_links where id = $1"
        async with asyncio.timeout(10):
            while await conn.fetchval(found, link["id"]) is None:
                assert await told() == expected
    finally:
        await conn.close()
    assert await told() == expected


@asynccontextmanager
async def _kept_from_the_sweep(stack: Stack, link: Link) -> AsyncIterator[Callable[[], Any]]:
    """The link expires, and its row is held so that the sweep, which waits for nobody, passes it by."""
    await _expire(stack, link)
    conn = await asyncpg.connect(stack.dsn["tokens"])
    row = "select expiry_noted_at from scheduling_single_use_links where id = $1"
    try:
        async with conn.transaction():
            unnoted = "update scheduling_single_use_links set expiry_noted_at = null where id = $1"
            await conn.execute(unnoted, link["id"])
            yield lambda: conn.fetchval(row, link["id"])
    finally:
        await conn.close()


async def test_pages_lose_and_repeat_no_row_while_links_are_made(new_app: NewApp) -> None:
    app = await new_app()
    page = await a_booking_link(app)
    before = [(await a_link(app, page))["id"] for _ in range(40)][::-1]
    done = asyncio.Event()

    async def make() -> int:
        made = 0
        while not done.is_set():
            await a_link(app, page)
            made += 1
        return made

    makers = [asyncio.create_task(make()) for _ in range(2)]
    try:
        for limit in (1, 3, 7):
            seen = [row["id"] for row in await _pages(app, {"booking_link_id": page["id"]}, limit)]
            assert len(seen) == len(set(seen))
            assert seen == sorted(seen, reverse=True)
            assert seen[-len(before) :] == before
    finally:
        done.set()
        made = await asyncio.gather(*makers)
    assert len(await _pages(app, {}, 200)) == len(before) + sum(made)


async def test_cells_are_quoted_as_rfc_4180_says(app: Client) -> None:
    page = await a_booking_link(app)
    names = (
        'Zoë "Zed" O\'Neill, Jr.',
        "مريم",
        "\u202eAmara\u202c",
        "👩🏽‍💻 田中, 美咲",
        '"',
        ",",
        "a;b|c",
        "Ünïcödé\u2028e\u0301",
    )
    made = [
        await a_link(app, page, contact={"name": name, "email": f"{n}@example.com"})
        for n, name in enumerate(names)
    ]
    query = {"booking_link_id": page["id"]}
    assert [row["contact_name"] for row in await _csv(app, query)] == list(reversed(names))
    text = (await app.get(f"/v1/single-use-links.csv?{urlencode(query)}")).text
    records = text.split("\r\n")
    assert records.pop() == ""
    assert len(records) == len(made) + 1
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    assert f'{made[0]["url"]},"Zoë ""Zed"" O\'Neill, Jr.",0@example.com,' in records[-1]
    assert ',"""",4@example.com,' in records[4]
