"""Bodies that are not what they should be: too large, too deep, not JSON, not this JSON."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_link
from tests.system.refusing import properly

LIMIT = 64 * 1024
TAKING = {
    "a new booking link": ("POST", "/v1/booking-links"),
    "a changed booking link": ("PATCH", "/v1/booking-links/{booking_link}"),
    "a new contact": ("POST", "/v1/contacts"),
    "a changed contact": ("PATCH", "/v1/contacts/{contact}"),
    "a new link": ("POST", "/v1/single-use-links"),
    "a changed link": ("PATCH", "/v1/single-use-links/{link}"),
    "a booking by a program": ("POST", "/v1/bookings"),
    "a new key": ("POST", "/v1/api-keys"),
    "a changed app": ("PATCH", "/v1/app"),
    "a booking": ("POST", "/book/{slug}"),
    "a prefill": ("POST", "/book/{slug}/prefill"),
}
NOT_JSON = {
    "nothing": b"",
    "only space": b"  \n",
    "half an object": b'{"name": "A"',
    "two objects": b'{"name": "A"}{"name": "B"}',
    "single quotes": b"{'name': 'A'}",
    "a comment": b'{"name": "A"} // hello',
    "not a number": b'{"name": NaN}',
    "a form": b"name=A&email=b",
    "latin-1": '{"name": "é"}'.encode("latin-1"),
    "utf-16": '{"name": "A"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "A"}',
    "a lone surrogate": b'{"name": "\\ud800", "email": "a@example.com"}',
    "half a surrogate pair": b'{"name": "\\ud83d\\u0041", "email": "a@example.com"}',
    "an encoded surrogate": b'{"name": "\xed\xa0\x80", "email": "a@example.com"}',
    "a raw NUL": b'{"name": "a\x00b", "email": "a@example.com"}',
    "only NUL": b"\x00" * 100,
    "60,000 brackets": b"[" * 60_000,
    "10,000 objects in a field": b'{"surprise": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    "25,000 brackets in a known field": b'{"schedule": ' + b"[" * 25_000 + b"]" * 25_000 + b"}",
}
NO_OBJECT = ("[]", "null", "true", "3", '"text"', '[{"name": "A"}]')


@pytest.fixture(scope="module")
async def names(app: Client) -> dict[str, Any]:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    return {
        "booking_link": booking_link["id"],
        "slug": booking_link["slug"],
        "contact": link["contact"]["id"],
        "link": link["id"],
    }


each = pytest.mark.parametrize("taking", TAKING.values(), ids=TAKING)


@each
async def test_what_is_not_json_is_refused(
    app: Client, names: dict[str, Any], ledger: Ledger, taking: tuple[str, str]
) -> None:
    method, path = taking
    before = await ledger.contents()
    for name, body in NOT_JSON.items():
        answer = await app.ask(method, path.format_map(names), data=body, key="malformed")
        assert properly(answer) == "invalid_request", name
    assert await ledger.contents() == before


@each
async def test_what_is_no_object_is_refused(
    app: Client, names: dict[str, Any], ledger: Ledger, taking: tuple[str, str]
) -> None:
    method, path = taking
    before = await ledger.contents()
    for body in NO_OBJECT:
        assert properly(await app.ask(method, path.format_map(names), data=body)) == "invalid_request", body
    assert await ledger.contents() == before


@each
async def test_a_body_of_ten_megabytes_is_refused(
    app: Client, names: dict[str, Any], ledger: Ledger, taking: tuple[str, str]
) -> None:
    method, path = taking
    body = json.dumps({"name": "x" * 10_000_000}).encode()
    before = await ledger.contents()
    answer = await app.ask(method, path.format_map(names), data=body)
    assert properly(answer) == "payload_too_large"
    assert await ledger.contents() == before


@each
async def test_a_body_without_a_length_is_refused_as_soon_as_it_is_too_long(
    app: Client, names: dict[str, Any], ledger: Ledger, taking: tuple[str, str]
) -> None:
    method, path = taking
    sent = 0

    async def chunks() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'{"name": "'
        for _ in range(30):
            sent += LIMIT // 10
            yield b"x" * (LIMIT // 10)
        yield b'"}'

    before = await ledger.contents()
    answer = await app.ask(method, path.format_map(names), data=chunks())
    assert properly(answer) == "payload_too_large"
    assert sent > LIMIT
    assert await ledger.contents() == before


async def test_the_largest_body_is_still_read(app: Client) -> None:
    start, end = b'{"name": "Amara", "surprise": "', b'"}'
    body = start + b"x" * (LIMIT - len(start) - len(end)) + end
    assert properly(await app.post("/v1/contacts", data=body)) == "invalid_request"
    assert properly(await app.post("/v1/contacts", data=body + b" ")) == "payload_too_large"


async def test_a_hundred_thousand_brackets_are_refused(app: Client, visitor: Client, ledger: Ledger) -> None:
    before = await ledger.contents()
    for client, path in ((app, "/v1/contacts"), (visitor, "/book/some-page")):
        answer = await client.post(path, data=b"[" * 100_000)
        assert properly(answer) == "payload_too_large"
    assert await ledger.contents() == before


@each
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/json2", ""])
async def test_another_media_type_is_refused(
    app: Client, names: dict[str, Any], taking: tuple[str, str], kind: str
) -> None:
    method, path = taking
    answer = await app.ask(method, path.format_map(names), data=b"{}", headers={"Content-Type": kind})
    assert properly(answer) == "unsupported_media_type"


async def test_json_with_a_charset_is_json(app: Client) -> None:
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    answer = await app.post("/v1/contacts", data=b"{}", headers=headers)
    assert answer.json["errors"] == [{"field": "name", "message": "is required"}]
