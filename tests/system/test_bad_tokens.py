"""Tokens that open nothing: all are unknown, whatever is wrong with them."""

import base64
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest

from shared.capability import Keyring
from tests.stack import Stack
from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import NOBODY, a_booking_link, a_link, book, free_times, link_now, wish
from tests.system.refusing import properly

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _wrong(token: str) -> dict[str, str]:
    """Spoiled in every way, as it would stand in an address."""
    return {
        "nothing": "",
        "one letter": "a",
        "truncated": token[:-1],
        "cut at the front": token[1:],
        "extended": token + "A",
        "padded": token + "=",
        "twice": token + token,
        "another case": token.swapcase(),
        "one letter changed": token[:20] + ALPHABET[ALPHABET.index(token[20]) - 1] + token[21:],
        "another link's id": "A" * 21 + token[21:],
        "all zero": "A" * 43,
        "standard base64": "%2B" + token[1:],
        "with a space": token + "%20",
        "with a newline": token + "%0A",
        "with a NUL": token[:-1] + "%00",
        "only NUL": "%00" * 43,
        "not UTF-8": token[:-1] + "%FF",
        "a surrogate": token[:-1] + "%ED%A0%80",
        "full-width letters": "%EF%BD%81" * 43,
        "a hyphen-like dash": token[:-1] + "%E2%80%93",
        "an id": NOBODY,
        "a path": "..%2F..%2Fetc%2Fpasswd",
        "a query": "'%20or%201=1--",
        "oversized": "A" * 50_000,
    }


NAMES = list(_wrong("A" * 43))
OF_ONE_SEGMENT = [name for name in NAMES if name not in ("nothing", "a path")]


@pytest.fixture(scope="module")
async def page(app: Client) -> dict[str, Any]:
    return await a_booking_link(app)


@pytest.fixture(scope="module")
async def link(app: Client, page: dict[str, Any]) -> dict[str, Any]:
    return await a_link(app, page)


@pytest.mark.parametrize("name", OF_ONE_SEGMENT)
async def test_a_wrong_token_opens_no_door(
    app: Client, visitor: Client, link: dict[str, Any], ledger: Ledger, name: str
) -> None:
    before = await ledger.contents()
    wrong = _wrong(link["token"])[name]
    answer = await visitor.get(f"/single-use/{wrong}")
    assert properly(answer) == "link_unknown"
    assert link["token"] not in answer.text
    assert (await visitor.ask("HEAD", f"/single-use/{wrong}")).status == 404
    assert properly(await visitor.get(f"/booking-status/{wrong}")) == "not_found"
    page = await visitor.get(f"/single-use/{wrong}", headers={"Accept": "text/html"})
    assert (page.status, 'data-code="link_unknown"' in page.text) == (404, True)
    assert await ledger.contents() == before


@pytest.mark.parametrize("name", NAMES)
async def test_a_wrong_token_fills_nothing_in_and_books_nothing(
    visitor: Client, page: dict[str, Any], link: dict[str, Any], ledger: Ledger, name: str
) -> None:
    wrong = unquote(_wrong(link["token"])[name], errors="replace")
    start = (await free_times(visitor, page))[0]
    before = await ledger.contents()
    for path, body in (("/prefill", {}), ("", wish(start))):
        answer = await visitor.post(f"/book/{page['slug']}{path}", {**body, "single_use_token": wrong})
        assert properly(answer) == "link_unknown"
    assert await ledger.contents() == before


def _other_spellings(token: str) -> list[str]:
    """The same 32 bytes, spelled with other spare bits in the last letter."""
    last = ALPHABET.index(token[-1])
    return [token[:-1] + ALPHABET[last | spare] for spare in (1, 2, 3)]


async def test_a_token_in_another_spelling_of_the_same_bytes_is_unknown(
    app: Client, visitor: Client, page: dict[str, Any]
) -> None:
    fresh = await a_link(app, page)
    start = (await free_times(visitor, page))[0]
    for spelling in _other_spellings(fresh["token"]):
        assert base64.urlsafe_b64decode(spelling + "=") == base64.urlsafe_b64decode(fresh["token"] + "=")
        assert properly(await visitor.get(f"/single-use/{spelling}")) == "link_unknown"
        body = wish(start, single_use_token=spelling)
        assert properly(await visitor.post(f"/book/{page['slug']}", body)) == "link_unknown"
    assert (await link_now(app, fresh))["status"] == "open"
    assert (await visitor.get(f"/single-use/{fresh['token']}")).status == 200


async def test_a_token_of_another_purpose_opens_nothing(
    app: Client, visitor: Client, stack: Stack, page: dict[str, Any], link: dict[str, Any]
) -> None:
    start = (await free_times(visitor, page))[0]
    key = stack.api_key
    for wrong in (key, key.removeprefix("live_api_key_")):
        assert properly(await visitor.get(f"/single-use/{wrong}")) == "link_unknown"
        answer = await visitor.post(f"/book/{page['slug']}", wish(start, single_use_token=wrong))
        assert properly(answer) == "link_unknown"
        assert wrong not in answer.text
    assert properly(await visitor.get(f"/booking-status/{link['token']}")) == "not_found"


async def test_a_status_url_shows_its_booking_and_is_no_token(
    app: Client, visitor: Client, stack: Stack, page: dict[str, Any]
) -> None:
    booking = (await book(visitor, page, wish((await free_times(visitor, page))[0]))).data
    keys = stack._pieces.processes["booking"].environment["STATUS_KEYRING"]
    capability = Keyring("booking-status", keys).token(UUID(booking["id"]), 1)
    status = await visitor.get(f"/booking-status/{capability}")
    assert (status.status, status.data) == (201, booking)
    assert properly(await visitor.get(f"/single-use/{capability}")) == "link_unknown"
    again = wish((await free_times(visitor, page))[0], single_use_token=capability)
    assert properly(await book(visitor, page, again)) == "link_unknown"
    for other in _other_spellings(capability):
        assert properly(await visitor.get(f"/booking-status/{other}")) == "not_found"


@pytest.mark.parametrize("value", [True, 1, [], {}, ["a"], {"token": "a"}])
async def test_a_token_that_is_no_text_is_refused(
    visitor: Client, page: dict[str, Any], ledger: Ledger, value: object
) -> None:
    before = await ledger.contents()
    body = wish("2030-01-01T00:00:00Z", single_use_token=value)
    assert properly(await visitor.post(f"/book/{page['slug']}", body)) == "invalid_request"
    prefill = await visitor.post(f"/book/{page['slug']}/prefill", {"single_use_token": value})
    assert properly(prefill) == "invalid_request"
    assert await ledger.contents() == before
