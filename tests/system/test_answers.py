"""What every answer of the API has in common."""

import re

import pytest

from tests.system.client import Client
from tests.system.making import NOBODY, a_booking_link, a_contact, a_link, book_with

LISTS = ("booking-links", "contacts", "single-use-links", "bookings")


async def test_a_success_is_an_object_with_data(app: Client) -> None:
    link = await a_booking_link(app)
    answer = await app.get(f"/v1/booking-links/{link['id']}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json == {"data": link}


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_is_data_and_the_cursor_of_its_next_page(
    app: Client, visitor: Client, name: str
) -> None:
    booking_link = await a_booking_link(app)
    await book_with(visitor, booking_link, await a_link(app, booking_link))
    answer = await app.get(f"/v1/{name}")
    assert answer.status == 200
    assert answer.json.keys() == {"data", "next_cursor"}
    newest = answer.data[0]
    assert (await app.get(f"/v1/{name}/{newest['id']}")).data == newest


async def test_times_end_in_z_and_ids_are_uuids(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link, expires_at="2099-06-01T12:00:00+05:30")
    assert link["expires_at"] == "2099-06-01T06:30:00Z"
    booking = (await book_with(visitor, booking_link, link)).data
    for resource in (booking_link, link, booking):
        for name, value in resource.items():
            if name.endswith("_at") and value is not None:
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value), name
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", resource["id"])
    assert booking["start"].endswith("Z")
    assert booking["end"].endswith("Z")


@pytest.mark.parametrize("name", LISTS)
async def test_unknown_query_parameters_are_ignored(app: Client, name: str) -> None:
    plain = await app.get(f"/v1/{name}?limit=3")
    marked = await app.get(f"/v1/{name}?utm_source=mail&limit=3&utm_source=again&fbclid=%00&=&%ff=1")
    assert marked.status == 200
    assert marked.json == plain.json


async def test_unknown_query_parameters_are_ignored_on_pages_too(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    link = await a_link(app, booking_link)
    for path in (f"/single-use/{link['token']}", f"/book/{booking_link['slug']}"):
        assert (await visitor.get(f"{path}?utm_campaign=spring&utm_campaign=again")).status == 200


async def test_what_does_not_exist_is_404_not_found(app: Client) -> None:
    for name in LISTS:
        for wrong in (NOBODY, "not-an-id", "0", f"{NOBODY}0"):
            assert (await app.get(f"/v1/{name}/{wrong}")).refused == (404, "not_found")


async def test_every_answer_has_a_request_id_of_its_own(app: Client, visitor: Client) -> None:
    booking_link = await a_booking_link(app)
    contact = await a_contact(app)
    answers = [
        await app.get("/v1/contacts"),
        await app.get(f"/v1/contacts/{contact['id']}", headers={"X-Request-Id": "mine"}),
        await app.get("/v1/contacts/nope"),
        await app.post("/v1/contacts", {}),
        await app.ask("DELETE", "/v1/contacts"),
        await app.ask("HEAD", "/v1/contacts"),
        await app.get("/nothing/here"),
        await visitor.get("/v1/contacts"),
        await visitor.get(f"/book/{booking_link['slug']}"),
        await visitor.get("/book/nope", headers={"Accept": "text/html"}),
        await visitor.get("/single-use/nope"),
        await visitor.get("/static/page.css"),
        await visitor.get("/healthz"),
        await visitor.get("/readyz"),
        await visitor.get("/metrics"),
    ]
    ids = [answer.headers.getall("X-Request-Id") for answer in answers]
    assert all(len(found) == 1 and found[0] for found in ids)
    assert len({found[0] for found in ids}) == len(answers)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_probes_answer_anybody(visitor: Client, path: str) -> None:
    assert (await visitor.get(path)).status == 200
