"""Two apps see nothing of each other: what is another's answers exactly as what does not exist."""

from typing import Any

import pytest

from gateway.routes import TABLE
from tests.eventually import eventually
from tests.shared.settings import NOWHERE
from tests.system.client import Answer, Client
from tests.system.ledger import Ledger
from tests.system.making import (
    NOBODY,
    a_booking_link,
    a_contact,
    a_link,
    an_email,
    book_with,
    booking_link_fields,
)

BODIES: dict[str, object] = {
    "/v1/booking-links/{id}": {"title": "Taken over"},
    "/v1/contacts/{id}": {"name": "Taken over"},
    "/v1/single-use-links/{id}": {"expires_at": None},
    "/v1/workflows/{id}": {"name": "Taken over"},
    "/v1/workflows/{id}/runs": {"contact": {"name": "Amara", "email": "amara.tenants@example.com"}},
    "/v1/crm-connections/{id}": {"options": {}},
}
ON_ONE = [(method, path) for method, path, _ in TABLE if path.startswith("/v1/") and "{id}" in path]


@pytest.fixture(scope="module")
async def theirs(other_app: Client, visitor: Client) -> dict[str, Any]:
    """One of everything, by the name of its collection, in the other app."""
    booking_link = await a_booking_link(other_app)
    of_workflows = await _of_workflows(other_app, booking_link)
    used, kept = await a_link(other_app, booking_link), await a_link(other_app, booking_link)
    return {
        "booking-links": booking_link,
        "contacts": await a_contact(other_app),
        "single-use-links": kept,
        "bookings": (await book_with(visitor, booking_link, used)).data,
        "api-keys": (await other_app.get("/v1/api-keys")).data[0],
        **of_workflows,
    }


async def _of_workflows(app: Client, page: dict[str, Any]) -> dict[str, Any]:
    """What workflows has of the app: one that has failed, so that it could be retried."""
    hook = {"url": f"{NOWHERE}/hooks", "events": ["single_use_link.created"]}
    credentials = {"client_id": "a", "client_secret": "b", "refresh_token": "c"}
    mail = {"type": "email", "to": "contact", "subject": "A link", "text": "{{ single_use_url }}"}
    fields = {"name": "Fails", "trigger": "deal_stage_changed", "steps": [mail], "active": False}
    workflow = (await app.post("/v1/workflows", fields)).data
    contact = {"name": "Amara Okafor", "email": an_email()}
    run = (await app.post(f"/v1/workflows/{workflow['id']}/runs", {"contact": contact})).data
    webhook = (await app.post("/v1/webhooks", hook)).data
    crm = {"kind": "hubspot", "credentials": credentials}
    connection = (await app.post("/v1/crm-connections", crm)).data
    await a_link(app, page)

    async def told(path: str) -> Any:
        return (await app.get(path)).data

    return {
        "workflows": workflow,
        "runs": run,
        "webhooks": webhook,
        "deliveries": (await eventually(lambda: told(f"/v1/webhooks/{webhook['id']}/deliveries"), 30))[0],
        "crm-connections": connection,
        "pushes": (await eventually(lambda: told(f"/v1/crm-connections/{connection['id']}/pushes"), 30))[0],
    }


def _without_id(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.json.items() if name != "request_id"}


@pytest.mark.parametrize(("method", "path"), ON_ONE)
async def test_another_apps_id_answers_as_one_that_does_not_exist(
    app: Client, theirs: dict[str, Any], ledger: Ledger, method: str, path: str
) -> None:
    its_id = theirs[path.partition("/{id}")[0].rpartition("/")[2]]["id"]
    before = await ledger.contents()
    for action in ("cancel", "nonsense"):
        address = path.replace("{action}", action)
        foreign = await app.ask(method, address.replace("{id}", its_id), BODIES.get(path))
        missing = await app.ask(method, address.replace("{id}", NOBODY), BODIES.get(path))
        assert foreign.refused == (404, "not_found")
        assert _without_id(foreign) == _without_id(missing)
    assert await ledger.contents() == before


@pytest.mark.parametrize("name", ["booking-links", "contacts", "single-use-links", "bookings"])
async def test_no_list_shows_another_apps_rows(app: Client, theirs: dict[str, Any], name: str) -> None:
    its_id = theirs[name]["id"]
    for query in ("", f"&cursor={its_id}", f"&booking_link_id={theirs['booking-links']['id']}"):
        rows = (await app.get(f"/v1/{name}?limit=200{query}")).data
        assert its_id not in {row["id"] for row in rows}
    if name == "contacts":
        assert (await app.get(f"/v1/contacts?q={theirs['contacts']['email']}")).data == []


async def test_a_link_is_minted_for_ones_own_contact_and_booking_link_only(
    app: Client, theirs: dict[str, Any], ledger: Ledger
) -> None:
    booking_link, contact = await a_booking_link(app), await a_contact(app)
    inline = {"name": "Amara", "email": "amara.tenants@example.com"}
    before = await ledger.contents()
    for body in (
        {"booking_link_id": booking_link["id"], "contact_id": theirs["contacts"]["id"]},
        {"booking_link_id": theirs["booking-links"]["id"], "contact_id": contact["id"]},
        {"booking_link_id": theirs["booking-links"]["id"], "contact": inline},
    ):
        assert (await app.post("/v1/single-use-links", body)).refused == (404, "not_found")
    assert await ledger.contents() == before


async def test_another_apps_contact_is_no_row_of_a_bulk(app: Client, theirs: dict[str, Any]) -> None:
    page = await a_booking_link(app)
    rows = [{"contact_id": theirs["contacts"]["id"]}, {"contact_id": NOBODY}]
    answer = await app.post("/v1/single-use-links/bulk", {"booking_link_id": page["id"], "contacts": rows})
    foreign, missing = (result["error"] for result in answer.data)
    assert foreign == missing
    assert foreign["code"] == "not_found"


async def test_an_inline_contact_never_matches_another_apps(app: Client, theirs: dict[str, Any]) -> None:
    email = theirs["contacts"]["email"]
    link = await a_link(app, await a_booking_link(app), contact={"name": "Somebody else", "email": email})
    assert link["contact"]["id"] != theirs["contacts"]["id"]
    assert link["contact"]["name"] == "Somebody else"


async def test_two_apps_may_name_the_same_host_and_contact(
    app: Client, other_app: Client, theirs: dict[str, Any]
) -> None:
    host = theirs["booking-links"]["host"]
    mine = await a_booking_link(app, host={"name": "Another name", "email": host["email"]})
    assert mine["host"]["name"] == "Another name"
    its = await a_contact(other_app)
    assert (await a_contact(app, email=its["email"]))["id"] != its["id"]


async def test_a_slug_is_taken_for_every_app(app: Client, theirs: dict[str, Any]) -> None:
    slug = theirs["booking-links"]["slug"]
    answer = await app.post("/v1/booking-links", booking_link_fields(slug=slug))
    assert answer.refused == (409, "slug_in_use")


async def test_an_idempotency_key_belongs_to_its_app(app: Client, other_app: Client) -> None:
    body = {"name": "Amara", "email": "amara.same.key@example.com"}
    one = (await app.post("/v1/contacts", body, key="same-for-both")).data
    other = (await other_app.post("/v1/contacts", {**body, "name": "Mei"}, key="same-for-both")).data
    assert (one["name"], other["name"]) == ("Amara", "Mei")
    assert one["id"] != other["id"]


async def test_a_link_of_another_app_opens_no_booking_of_this_one(
    app: Client, visitor: Client, theirs: dict[str, Any]
) -> None:
    booking_link = await a_booking_link(app)
    answer = await book_with(visitor, booking_link, theirs["single-use-links"])
    assert answer.refused == (403, "link_wrong_template")
