"""HEAD answers as GET without a body; any other method is told which ones there are."""

import pytest

from gateway.routes import TABLE
from tests.system.client import Client
from tests.system.making import NOBODY, a_booking_link, a_link

SHADOWED = {"/v1/single-use-links/bulk", "/v1/workflows/runs"}
"""With some methods it is the address of one link or workflow, which does not exist."""
ADDRESSES: dict[str, set[str]] = {}
for _method, _path, _ in TABLE:
    ADDRESSES.setdefault(_path, set()).add(_method)
    if _method == "GET":
        ADDRESSES[_path].add("HEAD")
for _path in SHADOWED:
    del ADDRESSES[_path]
EVERY_METHOD = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}


def _filled(path: str) -> str:
    for name, value in (("id", NOBODY), ("slug", "some-page"), ("token", "nope"), ("capability", "nope")):
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{action}", "cancel")


@pytest.mark.parametrize("path", ADDRESSES)
async def test_a_wrong_method_is_405_and_names_the_right_ones(app: Client, path: str) -> None:
    for method in sorted(EVERY_METHOD - ADDRESSES[path] - {"HEAD"}):
        answer = await app.ask(method, _filled(path))
        assert answer.status == 405, method
        assert {name.strip() for name in answer.headers["Allow"].split(",")} == ADDRESSES[path], method


@pytest.mark.parametrize("path", [path for path, methods in ADDRESSES.items() if "HEAD" not in methods])
async def test_head_of_what_cannot_be_read_is_405(app: Client, path: str) -> None:
    answer = await app.ask("HEAD", _filled(path))
    assert (answer.status, answer.text) == (405, "")
    assert "GET" not in answer.headers["Allow"]


@pytest.mark.parametrize("path", [path for path, methods in ADDRESSES.items() if "HEAD" in methods])
async def test_head_of_what_is_not_there_answers_as_get_does(app: Client, path: str) -> None:
    for headers in ({}, {"Accept": "text/html"}):
        read = await app.get(_filled(path), headers=headers)
        head = await app.ask("HEAD", _filled(path), headers=headers)
        assert (head.status, head.text) == (read.status, "")
        assert head.headers["Content-Type"] == read.headers["Content-Type"]


async def test_head_of_what_is_there_answers_as_get_does(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    for path in (
        f"/v1/booking-links/{booking_link['id']}",
        f"/v1/single-use-links/{link['id']}",
        "/v1/contacts",
        f"/book/{booking_link['slug']}",
        f"/book/{booking_link['slug']}/slots?from=2030-01-01&to=2030-01-02&timezone=UTC",
        f"/single-use/{link['token']}",
    ):
        read, head = await app.get(path), await app.ask("HEAD", path)
        assert (head.status, head.text) == (200, "")
        assert head.headers["Content-Type"] == read.headers["Content-Type"]
        assert head.headers["Content-Length"] == read.headers["Content-Length"]
