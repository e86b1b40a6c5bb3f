"""Request lines and headers that no browser would send."""

import pytest

from tests.stack import Stack
from tests.system import wire
from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, book, free_times, wish
from tests.system.refusing import properly

GARBAGE = {
    "no HTTP": b"hello\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
    "an unknown method": wire.get(b"/v1/contacts", method=b"BREW"),
    "a raw NUL in the path": wire.get(b"/book/\x00"),
    "raw UTF-8 in the path": wire.get("/book/é".encode()),
    "a space in the path": wire.get(b"/book/a b"),
    "a path of 100,000 letters": wire.get(b"/single-use/" + b"a" * 100_000),
    "a query of 100,000 letters": wire.get(b"/v1/contacts?q=" + b"a" * 100_000),
    "a header without a colon": wire.get(b"/v1/contacts", b"Surprise"),
    "a NUL in a header": wire.get(b"/v1/contacts", b"Idempotency-Key: a\0b"),
    "a folded header": wire.get(b"/v1/contacts", b"Surprise: a", b" b\0"),
    "two lengths": wire.get(b"/v1/contacts", b"Content-Length: 1", b"Content-Length: 2", method=b"POST"),
    "a length and chunks": wire.get(
        b"/v1/contacts", b"Content-Length: 5", b"Transfer-Encoding: chunked", method=b"POST"
    ),
    "a negative length": wire.get(b"/v1/contacts", b"Content-Length: -1", method=b"POST"),
    "a length beyond numbers": wire.get(b"/v1/contacts", b"Content-Length: " + b"9" * 5000, method=b"POST"),
    "an unknown version": b"GET / HTTP/9.9\r\nHost: bookonce\r\n\r\n",
}


@pytest.mark.parametrize("name", GARBAGE)
async def test_what_is_no_request_is_refused_like_any_other(stack: Stack, ledger: Ledger, name: str) -> None:
    before = await ledger.contents()
    answer = await wire.send(stack.gateway, GARBAGE[name])
    assert properly(answer) == "invalid_request"
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert await ledger.contents() == before


@pytest.mark.parametrize("size", [300_000, 3_000_000, 30_000_000])
async def test_a_head_of_silly_size_is_refused_before_it_is_all_sent(stack: Stack, size: int) -> None:
    one_header = wire.get(b"/v1/contacts", b"Surprise: " + b"a" * size)
    many = wire.get(b"/v1/contacts", *(b"Surprise-%d: a" % number for number in range(size // 14)))
    for request in (one_header, many):
        answer = await wire.send(stack.gateway, request)
        assert answer.status == 431
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json["request_id"] == answer.headers["X-Request-Id"]


async def test_a_long_head_that_is_not_silly_is_read(stack: Stack) -> None:
    request = wire.get(b"/v1/contacts", b"Cookie: " + b"a" * 16_000, b"Connection: close")
    assert (await wire.send(stack.gateway, request)).status == 401


async def test_silly_values_of_headers_that_we_read_are_refused(
    app: Client, stack: Stack, ledger: Ledger
) -> None:
    long, key = "a" * 20_000, {"Authorization": f"Bearer {stack.api_key}"}
    before = await ledger.contents()
    for headers, code in (
        ({"Authorization": f"Bearer {long}"}, "unauthorized"),
        ({"Authorization": f"Basic {long}"}, "unauthorized"),
        ({**key, "Idempotency-Key": long}, "invalid_request"),
        ({**key, "Content-Type": long}, "unsupported_media_type"),
    ):
        answer = await app.post("/v1/contacts", {"name": "A", "email": "a@example.com"}, headers=headers)
        assert properly(answer) == code
    for accept in (long, f"text/html;q={long}", "text/html;q=nan", "," * 20_000):
        answer = await app.get("/nothing", headers={"Accept": accept})
        assert properly(answer) == "not_found"
    assert await ledger.contents() == before


async def test_an_idempotency_key_given_twice_is_refused(stack: Stack, ledger: Ledger) -> None:
    body = b'{"name": "Amara", "email": "twice@example.com"}'
    headers = [
        b"Idempotency-Key: one",
        b"Idempotency-Key: one",
        f"Authorization: Bearer {stack.api_key}".encode(),
        b"Content-Length: %d" % len(body),
    ]
    before = await ledger.contents()
    answer = await wire.send(stack.gateway, wire.get(b"/v1/contacts", *headers, method=b"POST") + body)
    assert properly(answer) == "invalid_request"
    assert await ledger.contents() == before


PATHS = (
    "/%", "/%zz", "/%00", "/v1/%00", "/v1/contacts%00", "/v1/contacts/%2e%2e/booking-links", "/v1/contacts/",
    "//v1/contacts", "/v1//contacts", "/V1/contacts", "/v1/contacts;a=b", "/static/%00", "/static/../app.py",
    "/static/..%2f..%2fpyproject.toml", "/static/", "/static/book", "/%2e%2e/%2e%2e/etc/passwd", "/book/",
    "/book/%ff", "/book/a%2Fb", "/book/" + "a" * 5000, "/.env", "/.git/config", "/openapi.yaml",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40])
async def test_a_path_that_leads_nowhere_is_not_found(stack: Stack, ledger: Ledger, path: str) -> None:
    authorization = f"Authorization: Bearer {stack.api_key}".encode()
    before = await ledger.contents()
    answer = await wire.send(stack.gateway, wire.get(path.encode(), authorization))
    assert properly(answer) == "not_found"
    assert await ledger.contents() == before


async def test_an_action_of_any_spelling_is_refused(app: Client, visitor: Client) -> None:
    page = await a_booking_link(app)
    booking = (await book(visitor, page, wish((await free_times(visitor, page))[0]))).data
    for action in (
        "!" * 60_000,
        "%00",
        "%252F..",
        "%C3%A9",
        "%ff",
        "cancel%20",
        "CANCEL",
        "cancel%3Fx=1",
        "..",
    ):
        answer = await app.put(f"/v1/bookings/{booking['id']}/{action}")
        assert properly(answer) == "action_not_available", action[:20]
    assert (await app.get(f"/v1/bookings/{booking['id']}")).data == booking
