"""Links as CSV: every matching row, in columns that are promised, harmless to spreadsheets."""

import csv
import io
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.making import a_booking_link, a_link, an_email, book_with, link_now
from tests.system.refusing import properly

COLUMNS = [
    "id", "url", "contact_name", "contact_email", "booking_link_id", "status", "created_at", "expires_at",
    "consumed_at", "consumed_by_booking_id", "channel", "workflow_id", "run_id", "step", "campaign",
]  # fmt: skip


async def _rows(app: Client, query: str = "") -> list[dict[str, str]]:
    answer = await app.get(f"/v1/single-use-links.csv{query}")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert header == COLUMNS
    return [dict(zip(header, row, strict=True)) for row in rows]


def _told(link: dict[str, Any]) -> dict[str, str]:
    """What a row has to say of this link, times aside."""
    flat = {**link, **link["source"], "contact_name": link["contact"]["name"]}
    flat["contact_email"] = link["contact"]["email"]
    return {name: flat[name] or "" for name in COLUMNS if not name.endswith("_at")}


async def test_every_link_is_a_row_with_what_the_api_tells_of_it(new_app: NewApp, visitor: Client) -> None:
    app = await new_app()
    page = await a_booking_link(app)
    source = {
        "channel": "workflow",
        "workflow_id": "01930000-0000-7000-8000-000000000001",
        "run_id": "01930000-0000-7000-8000-000000000002",
        "step": "one, two",
        "campaign": 'he said "now"',
    }
    contact = {"name": 'O\'Neill, "Amara" 田中', "email": an_email()}
    made = [
        await a_link(app, page),
        await a_link(app, page, contact=contact, source=source, expires_at=None),
        await a_link(app, page),
        await a_link(app, page),
    ]
    await book_with(visitor, page, made[2])
    await app.post(f"/v1/single-use-links/{made[3]['id']}/revoke")
    links = [await link_now(app, link) for link in reversed(made)]
    rows = await _rows(app)
    assert [{name: row[name] for name in _told(links[0])} for row in rows] == [_told(link) for link in links]
    for row, link in zip(rows, links, strict=True):
        for name in ("created_at", "expires_at", "consumed_at"):
            assert row[name].rstrip("Z").rstrip("0").rstrip(".") == (link[name] or "").rstrip("Z").rstrip(
                "0"
            ).rstrip(".")
        assert (await visitor.get(row["url"].removeprefix(app.gateway))).status in (200, 410)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
async def test_no_cell_is_a_formula(app: Client, start: str) -> None:
    page = await a_booking_link(app)
    text = f"{start}HYPERLINK(1)"
    named = text if start.isprintable() else "Amara"
    await a_link(
        app,
        page,
        contact={"name": named, "email": an_email()},
        source={"channel": text, "step": text, "campaign": text},
    )
    begins = start.strip("@") if start.isprintable() else ""
    await a_link(app, page, contact={"name": "Formula", "email": f"{begins}{an_email()}"})
    for row in await _rows(app, f"?booking_link_id={page['id']}"):
        for name, cell in row.items():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), name


async def test_a_line_break_in_a_text_begins_no_row(app: Client) -> None:
    page = await a_booking_link(app)
    for text in ("one\ntwo", "one\r\ntwo", "\n=1", "one\x0btwo\x0cthree\x1cfour\x85five\u2028six"):
        await a_link(app, page, source={"campaign": text})
    assert len(await _rows(app, f"?booking_link_id={page['id']}")) == 4


async def test_filters_are_those_of_the_list(app: Client) -> None:
    page, other = await a_booking_link(app), await a_booking_link(app)
    first = await a_link(app, page, source={"campaign": "spring"})
    second = await a_link(app, page, source={"campaign": "summer"})
    elsewhere = await a_link(app, other, source={"campaign": "spring"}, contact_id=first["contact"]["id"])
    await app.post(f"/v1/single-use-links/{second['id']}/revoke")
    mine = f"booking_link_id={page['id']}"
    queries = {
        mine: [second, first],
        f"{mine}&status=open": [first],
        f"{mine}&status=revoked": [second],
        f"{mine}&status=consumed": [],
        f"{mine}&status=expired": [],
        f"{mine}&campaign=spring": [first],
        f"{mine}&campaign=spring&utm_campaign=x": [first],
        f"contact_id={first['contact']['id']}": [elsewhere, first],
        f"{mine}&created_from={second['created_at']}": [second],
        f"{mine}&created_to={second['created_at']}": [first],
        f"{mine}&created_from=0001-01-01T00:00:00Z&created_to=9999-12-31T23:59:59Z": [second, first],
        f"{mine}&created_from=9999-12-31T23:59:59Z": [],
        f"{mine}&created_to=0001-01-01T00:00:00Z": [],
    }
    for query, links in queries.items():
        ids = [link["id"] for link in links]
        assert [row["id"] for row in await _rows(app, f"?{query}")] == ids, query
        assert [row["id"] for row in (await app.get(f"/v1/single-use-links?{query}")).data] == ids, query


async def test_a_filter_that_cannot_be_is_refused_before_the_first_row(app: Client) -> None:
    for query in ("status=x", "status=open&status=open", "campaign=%00", "created_from=now", "contact_id=1"):
        for path in ("/v1/single-use-links.csv", "/v1/single-use-links"):
            assert properly(await app.get(f"{path}?{query}")) in ("validation_failed", "invalid_request")


async def test_no_row_is_another_apps(app: Client, other_app: Client) -> None:
    theirs = await a_link(other_app, await a_booking_link(other_app))
    assert theirs["id"] not in {row["id"] for row in await _rows(app)}
    assert await _rows(app, f"?booking_link_id={theirs['booking_link_id']}") == []
