"""Many links at once: told row by row, made in parts, and never twice."""

import asyncio
import base64
import csv
import io
import json
from typing import Any

import aiohttp
import pytest

from tests.console.firm import LIST, Firm, said, typed
from tests.console.host import Page
from tests.system.making import a_booking_link, a_contact, book_with

BULK = f"{LIST}/bulk"
MIXED = """name,email
Ada Lovelace,ada@example.com
No Email,
Two Ats,two@@example.com
"=HYPERLINK(""http://evil.example"")",formula@example.com
Grace Hopper,grace@example.com
Ada again,ADA@example.com
"""
JSON = {"Accept": "application/json"}


async def _send(firm: Firm, path: str, page: dict[str, Any], text: str, *more: tuple[str, str]) -> Page:
    return await firm.post(path, ("booking_link_id", page["id"]), ("key", "k"), ("text", text), *more)


async def _part(firm: Firm, page: dict[str, Any], contacts: list[dict[str, str]], key: str) -> Any:
    csrf = (await firm.host.get(BULK)).csrf
    fields = [("csrf", csrf), ("key", key), ("booking_link_id", page["id"])]
    return await firm.host.post(f"{BULK}/part", [*fields, ("contacts", json.dumps(contacts))], JSON)


def _people(number: int) -> list[dict[str, str]]:
    return [{"name": f"Person {n}", "email": f"person{n}@example.com"} for n in range(number)]


async def test_it_is_told_row_by_row_what_will_happen_and_nothing_does(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    checked = await _send(firm, BULK, page, MIXED)
    assert checked.status == 200
    told = said(checked)
    assert "2 links will be made" in told
    assert "3 rows cannot be used. 1 row repeats an email from above" in told
    for line in (
        "2 Ada Lovelace ada@example.com New link",
        "3 No Email The email is missing.",
        "4 Two Ats two@@example.com The email must be an email address",
        "formula@example.com The name begins like a formula, with “=”.",
        "6 Grace Hopper grace@example.com New link",
        "7 Ada again ADA@example.com Same email as line 2",
    ):
        assert line in told
    assert await firm.links() == []
    assert (await firm.app.get("/v1/contacts")).data == []
    changed = await _send(firm, BULK, page, MIXED, ("step", "change"), ("campaign", "spring"))
    assert (typed(changed)["text"], typed(changed)["campaign"]) == (MIXED, "spring")


async def test_the_good_rows_are_made_and_downloaded_as_often_as_one_likes(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    known = await a_contact(firm.app, name="Ada, known", email="ada@example.com")
    terms = (("campaign", "spring"), ("strict", "on"), ("until", "7"))
    made = await _send(firm, f"{BULK}/make", page, MIXED, *terms)
    assert "2 links were made" in said(made)
    assert "4 rows were left out: lines 3, 4, 5, 7" in said(made)
    for _ in range(2):
        download = await _send(firm, f"{BULK}/make", page, MIXED, *terms, ("step", "download"))
    lines = list(csv.DictReader(io.StringIO(download.text)))
    assert "attachment" in download.headers["Content-Disposition"]
    links = (await firm.links())[::-1]
    assert [line["url"] for line in lines] == [link["url"] for link in links]
    assert [line["name"] for line in lines] == ["Ada, known", "Grace Hopper"]
    assert links[0]["contact"]["id"] == known["id"]
    assert {(link["source"]["channel"], link["source"]["campaign"]) for link in links} == {
        ("console", "spring")
    }
    assert all(link["strict_email_match"] for link in links)
    assert (await book_with(firm.visitor, page, links[1])).status == 201


async def test_the_same_form_sent_many_times_at_once_makes_each_link_once(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    sent = (_send(firm, f"{BULK}/make", page, MIXED) for _ in range(5))
    assert {one.status for one in await asyncio.gather(*sent)} == {200}
    assert len(await firm.links()) == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
async def test_files_are_read_as_spreadsheets_save_them(firm: Firm, encoding: str, separator: str) -> None:
    page = await a_booking_link(firm.app)
    rows = [
        ("E-Mail", "Vorname", "Name"),
        ("zoe@example.com", "Zoë", "Weiß"),
        ("x@example.com", "", "Müller"),
    ]
    text = "\r\n".join(separator.join(row) for row in rows).replace("Vorname", "First name")
    file = base64.b64encode(text.replace("Name\r", "Last name\r").encode(encoding)).decode()
    checked = await _send(firm, BULK, page, "", ("file", file))
    assert "2 links will be made" in said(checked)
    assert "Zoë Weiß zoe@example.com New link" in said(checked)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": ""}, "There are no rows in it."),
        ({"text": "just words"}, "names no column for the email"),
        ({"text": "email\nada@example.com"}, "no column for the name"),
        ({"file": base64.b64encode(b"PK\x03\x04rest").decode()}, "Save it as CSV"),
        ({"text": MIXED, "until": "day", "day": "2020-01-01"}, "must not be over"),
        ({"text": MIXED, "campaign": "x" * 201}, "longer than 200 characters"),
    ],
)
async def test_what_cannot_be_read_is_said_and_kept(firm: Firm, fields: dict[str, str], words: str) -> None:
    page = await a_booking_link(firm.app)
    refused = await firm.post(BULK, ("booking_link_id", page["id"]), *fields.items())
    assert refused.status in (200, 422)
    assert words in said(refused)
    assert typed(refused)["text"] == fields.get("text", "")
    assert await firm.links() == []


async def test_a_file_is_sent_as_browsers_without_scripts_do(firm: Firm, http: aiohttp.ClientSession) -> None:
    page = await a_booking_link(firm.app)
    form = aiohttp.FormData()
    for name, value in (("csrf", (await firm.host.get(BULK)).csrf), ("key", "k"), ("text", "pasted,before")):
        form.add_field(name, value)
    form.add_field("booking_link_id", page["id"])
    form.add_field("file", "Name;Email\r\nZoë;zoe@example.com".encode("utf-16"), filename="a.csv")
    headers = {"Cookie": f"bookonce={firm.host.cookies['bookonce']}", "Accept": "text/html"}
    async with http.post(firm.host.gateway + BULK, data=form, headers=headers) as answer:
        checked = Page(answer.status, answer.headers, await answer.text())
    assert "Zoë zoe@example.com New link" in said(checked)
    fields = [pair for pair in checked.hidden if pair[0] != "csrf"][:7]
    made = await firm.post(f"{BULK}/make", *dict(fields).items())
    assert "1 link was made" in said(made)
    assert [link["contact"]["name"] for link in await firm.links()] == ["Zoë"]


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n\r\nno name\r\n--x--\r\n", b"--y\r\n", b"--x\r\nContent-Disposition: form-data"]
)
async def test_parts_that_are_none_are_refused(firm: Firm, http: aiohttp.ClientSession, body: bytes) -> None:
    headers = {
        "Cookie": f"bookonce={firm.host.cookies['bookonce']}",
        "Content-Type": "multipart/form-data; boundary=x",
    }
    async with http.post(firm.host.gateway + BULK, data=body, headers=headers) as answer:
        assert answer.status in (400, 403), await answer.text()


async def test_names_are_shown_as_they_are_and_formulas_stay_texts(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    odd = ["<script>alert(1)</script>", "عائشة", "🎉 Zoë", "W" * 200, "x" * 1000, "a;b"]
    lines = "\n".join(f'"{name}",odd{number}@example.com' for number, name in enumerate(odd))
    checked = await _send(firm, BULK, page, f"name,email\n{lines}")
    assert "<script>alert" not in checked.text
    assert "<script>alert(1)</script>" in said(checked)
    assert "5 links will be made" in said(checked)
    assert "The name must not be longer than 200" in said(checked)


async def test_what_a_spreadsheet_would_calculate_is_downloaded_as_text(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    await a_contact(firm.app, name="=1+1", email="ada@example.com")
    download = await _send(firm, f"{BULK}/make", page, MIXED, ("step", "download"))
    assert next(csv.DictReader(io.StringIO(download.text)))["name"] == "'=1+1"


async def test_more_than_a_thousand_without_a_script_is_refused(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    text = "name,email\n" + "\n".join(f"{one['name']},{one['email']}" for one in _people(1001))
    checked = await _send(firm, BULK, page, text)
    assert "Without JavaScript at most 1,000 links" in said(checked)
    assert len(checked.text.encode()) < 75_000
    refused = await _send(firm, f"{BULK}/make", page, text)
    assert refused.status == 422
    assert await firm.links() == []


async def test_a_part_sent_again_answers_the_same_links(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    people = _people(3)
    first = await _part(firm, page, people, "work")
    again = await _part(firm, page, people, "work")
    assert first.text == again.text
    lines = json.loads(first.text)["data"].splitlines()
    assert [line.split(",")[1] for line in lines] == [one["email"] for one in people]
    other = await _part(firm, page, people, "other work")
    assert other.text != first.text
    assert len(await firm.links()) == 6
    for wrong in ([], _people(1001), [{"name": "Ada"}], [{"name": "", "email": "a@example.com"}]):
        refused = await _part(firm, page, wrong, "wrong")
        assert refused.status in (400, 422)
    assert len(await firm.links()) == 6


async def test_fifty_thousand_rows_are_read_and_made(firm: Firm) -> None:
    page = await a_booking_link(firm.app)
    people = _people(50_000)
    text = "name,email\n" + "\n".join(f"{one['name']},{one['email']}" for one in people)
    csrf = (await firm.host.get(BULK)).csrf
    fields = [("csrf", csrf), ("booking_link_id", page["id"]), ("text", text)]
    checked = json.loads((await firm.host.post(BULK, fields, JSON)).text)["data"]
    assert checked["contacts"] == people
    assert "50,000 links will be made" in checked["html"]
    assert len(checked["html"].encode()) < 60_000
    for start in range(0, len(people), 1000):
        made = await _part(firm, page, people[start : start + 1000], "work")
        assert json.loads(made.text)["data"].count("\r\n") == 1000
    everything = (await firm.app.get("/v1/single-use-links.csv")).text
    assert everything.count("\r\n") == 50_001
