"""Lists: pages of a chosen size, newest first, each row once."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.conftest import NewApp
from tests.system.making import a_booking_link, a_contact, a_link, book, free_times, wish

Make = Callable[[Client, dict[str, Any]], Awaitable[Any]]


async def _booking(app: Client, booking_link: dict[str, Any]) -> Any:
    return (await book(app, booking_link, wish((await free_times(app, booking_link))[0]))).data


MAKERS: dict[str, Make] = {
    "booking-links": lambda app, _: a_booking_link(app),
    "contacts": lambda app, _: a_contact(app),
    "single-use-links": lambda app, booking_link: a_link(app, booking_link),
    "bookings": _booking,
}


@pytest.fixture(scope="module")
async def filled(new_app: NewApp) -> tuple[Client, dict[str, list[str]]]:
    """An app with at least five rows of everything, and their ids from the newest on."""
    app = await new_app()
    booking_link = await a_booking_link(app)
    made: dict[str, list[str]] = {"booking-links": [booking_link["id"]], "contacts": []}
    for name, make in MAKERS.items():
        for _ in range(5):
            made.setdefault(name, []).append((await make(app, booking_link))["id"])
    # Each single-use link brought a contact of its own.
    links = (await app.get("/v1/single-use-links")).data
    made["contacts"] += [link["contact"]["id"] for link in reversed(links)]
    return app, {name: ids[::-1] for name, ids in made.items()}


@pytest.mark.parametrize("name", MAKERS)
async def test_a_list_holds_everything_newest_first(
    filled: tuple[Client, dict[str, list[str]]], name: str
) -> None:
    app, made = filled
    answer = await app.get(f"/v1/{name}")
    assert [row["id"] for row in answer.data] == made[name]
    assert answer.json["next_cursor"] is None


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("limit", [1, 2, 5, 200])
async def test_pages_together_hold_each_row_once(
    filled: tuple[Client, dict[str, list[str]]], name: str, limit: int
) -> None:
    app, made = filled
    seen: list[str] = []
    cursor = ""
    for _ in range(len(made[name]) + 1):
        page = (await app.get(f"/v1/{name}?limit={limit}{cursor}")).json
        assert 0 < len(page["data"]) <= limit
        seen += [row["id"] for row in page["data"]]
        if page["next_cursor"] is None:
            break
        assert len(page["data"]) == limit
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == made[name]


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", (422, "validation_failed")),
        ("limit=201", (422, "validation_failed")),
        ("limit=-1", (422, "validation_failed")),
        ("limit=ten", (400, "invalid_request")),
        ("limit=1.5", (400, "invalid_request")),
        ("limit=1&limit=2", (400, "invalid_request")),
        ("cursor=nope", (422, "validation_failed")),
        ("cursor=%00", (422, "validation_failed")),
    ],
)
async def test_a_page_that_cannot_be_is_refused(
    app: Client, name: str, query: str, code: tuple[int, str]
) -> None:
    assert (await app.get(f"/v1/{name}?{query}")).refused == code


async def test_a_page_holds_fifty_rows_unless_asked_otherwise(new_app: NewApp) -> None:
    app = await new_app()
    for _ in range(51):
        await a_contact(app)
    first = await app.get("/v1/contacts")
    assert len(first.data) == 50
    rest = await app.get(f"/v1/contacts?cursor={first.json['next_cursor']}")
    assert len(rest.data) == 1
    assert rest.json["next_cursor"] is None
    assert len((await app.get("/v1/contacts?limit=200")).data) == 51
