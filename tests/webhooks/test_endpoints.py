"""Endpoints are made, read and taken away by their app alone, and bad ones are refused with the reason."""

from typing import Any

import pytest

from tests.faults.records import fetch
from tests.system.client import Client
from tests.system.making import NOBODY
from tests.webhooks.conftest import NewOffice
from tests.webhooks.office import Office
from tests.webhooks.receiver import Receiver

FIELDS = {"url": "https://example.com/hooks", "events": ["booking.confirmed", "booking.confirmed"]}


async def test_the_secret_is_shown_when_it_is_made_and_rests_sealed(office: Office) -> None:
    made = (await office.app.post("/v1/webhooks", FIELDS)).data
    assert made["events"] == ["booking.confirmed"]
    assert made["secret"].startswith("whsec_")
    read = (await office.app.get(f"/v1/webhooks/{made['id']}")).data
    assert read == {name: value for name, value in made.items() if name != "secret"}
    assert (await office.app.get("/v1/webhooks")).data == [read]
    [[row]] = await fetch(office.dsn, "select w::text from webhooks w where id = $1", made["id"])
    assert made["secret"].removeprefix("whsec_") not in row
    assert made["secret"].encode().hex() not in row


async def test_a_repeated_request_makes_one_endpoint_and_shows_its_secret_again(app: Client) -> None:
    first, second = [(await app.post("/v1/webhooks", FIELDS, key="once")).data for _ in range(2)]
    assert first == second
    other = {**FIELDS, "description": "another"}
    assert (await app.post("/v1/webhooks", other, key="once")).refused == (422, "idempotency_key_reused")


async def test_a_deleted_endpoint_is_gone_with_its_deliveries(office: Office, receiver: Receiver) -> None:
    webhook = await office.webhook(receiver)
    await office.tell()
    delivery = await office.delivery(webhook, "delivered")
    path = f"/v1/webhooks/{webhook['id']}"
    assert (await office.app.ask("DELETE", path)).data["id"] == webhook["id"]
    assert (await office.app.get(path)).refused == (404, "not_found")
    again = f"/v1/webhooks/deliveries/{delivery['id']}/redeliver"
    assert (await office.app.post(again)).refused == (404, "not_found")


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"url": "https://dana:secret@example.com/"}, "url", "signed"),
        ({"url": "https://example.com/#there"}, "url", "fragment"),
        ({"events": ["*", "booking.confimed"]}, "events[1]", "booking.confirmed"),
        ({"events": ["single_use_link.used"]}, "events[0]", "single_use_link."),
    ],
)
async def test_what_an_endpoint_cannot_have_is_named(
    app: Client, fields: dict[str, Any], field: str, words: str
) -> None:
    answer = await app.post("/v1/webhooks", FIELDS | fields)
    assert answer.refused == (422, "validation_failed")
    [error] = answer.json["errors"]
    assert error["field"] == field
    assert words in error["message"]


@pytest.mark.parametrize("fields", [{"url": "ftp://example.com"}, {"url": "example.com"}, {"events": []}])
async def test_what_is_no_address_or_asks_for_nothing_is_refused(app: Client, fields: dict[str, Any]) -> None:
    assert (await app.post("/v1/webhooks", FIELDS | fields)).refused == (422, "validation_failed")


async def test_an_app_has_so_many_endpoints_at_most(app: Client) -> None:
    for _ in range(20):
        assert (await app.post("/v1/webhooks", FIELDS)).status == 201
    assert (await app.post("/v1/webhooks", FIELDS)).refused == (422, "validation_failed")


async def test_another_apps_endpoints_are_as_if_they_were_not(
    office: Office, new_office: NewOffice, receiver: Receiver
) -> None:
    other = await new_office()
    webhook = await office.webhook(receiver)
    await office.tell()
    delivery = await office.delivery(webhook, "delivered")
    for webhook_id in (webhook["id"], NOBODY):
        path = f"/v1/webhooks/{webhook_id}"
        assert (await other.app.get(path)).refused == (404, "not_found")
        assert (await other.app.get(f"{path}/deliveries")).refused == (404, "not_found")
        assert (await other.app.ask("DELETE", path)).refused == (404, "not_found")
        assert (await other.app.post(f"{path}/rotate-secret")).refused == (404, "not_found")
        assert (await other.app.post(f"{path}/enable")).refused == (404, "not_found")
    again = f"/v1/webhooks/deliveries/{delivery['id']}/redeliver"
    assert (await other.app.post(again)).refused == (404, "not_found")
    assert (await other.app.get("/v1/webhooks")).data == []
