"""How often one client, or one token, may be tried: 429 with the time to wait, and nobody else affected."""

import itertools

import aiohttp
import pytest

from tests.stack import Stack
from tests.system.client import Answer, Client, visitor
from tests.system.making import wish

PER_MINUTE = 60
_numbers = itertools.count(1)


@pytest.fixture
def somebody(http: aiohttp.ClientSession, watchful: Stack) -> Client:
    return visitor(http, watchful.gateway)


def _address() -> str:
    """An address that no other test comes from."""
    return f"203.0.113.{next(_numbers)}"


async def _try(client: Client, forwarded: str, token: str | None = None) -> Answer:
    body = wish("2030-01-01T09:00:00Z", single_use_token=token)
    return await client.post("/book/no-such-page", body, headers={"X-Forwarded-For": forwarded})


def _wait(answer: Answer) -> int:
    assert answer.refused == (429, "too_many_requests")
    return int(answer.headers["Retry-After"])


async def test_a_client_that_books_too_often_is_told_how_long_to_wait(somebody: Client) -> None:
    address = _address()
    for _ in range(PER_MINUTE):
        assert (await _try(somebody, address)).refused == (404, "not_found")
    assert 1 <= _wait(await _try(somebody, address)) <= 60
    headers = {"X-Forwarded-For": address, "Accept": "text/html"}
    page = await somebody.post("/book/no-such-page", wish("2030-01-01T09:00:00Z"), headers=headers)
    assert page.status == 429
    assert 'data-code="too_many_requests"' in page.text
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    # Looking is not trying, and another client is another client.
    looked = await somebody.get("/book/no-such-page", headers={"X-Forwarded-For": address})
    assert looked.refused == (404, "not_found")
    assert (await _try(somebody, _address())).refused == (404, "not_found")


async def test_a_client_cannot_pose_as_many_by_claiming_other_addresses(somebody: Client) -> None:
    address = _address()
    for number in range(PER_MINUTE):
        assert (await _try(somebody, f"198.51.100.{number}, {address}")).status == 404
    for claimed in (f"198.51.100.99, {address}", f"127.0.0.1, {address}", f"nonsense, {address}", address):
        _wait(await _try(somebody, claimed))


async def test_a_token_tried_from_everywhere_is_tried_too_often(somebody: Client) -> None:
    token = "A" * 43
    for _ in range(PER_MINUTE):
        assert (await _try(somebody, _address(), token)).refused == (404, "link_unknown")
    _wait(await _try(somebody, _address(), token))
    assert (await _try(somebody, _address(), "B" * 43)).refused == (404, "link_unknown")


async def test_probes_are_never_too_many(somebody: Client) -> None:
    headers = {"X-Forwarded-For": _address()}
    for _ in range(PER_MINUTE + 5):
        assert (await somebody.get("/healthz", headers=headers)).status == 200
