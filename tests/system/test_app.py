"""An app and its API keys: shown once, listed by how they begin, dead when deleted."""

import aiohttp

from tests.eventually import eventually
from tests.system.client import Client, program
from tests.system.conftest import NewApp
from tests.system.ledger import Ledger
from tests.system.making import an_email
from tests.system.refusing import properly


async def test_a_new_key_is_shown_once_and_works(app: Client, http: aiohttp.ClientSession) -> None:
    answer = await app.post("/v1/api-keys", {"name": "For the importer"})
    assert answer.status == 201
    made = answer.data
    assert made["key"].startswith("live_api_key_")
    assert made["key"].startswith(made["prefix"])
    assert len(made["prefix"]) < len(made["key"]) - 30
    listed = (await app.get("/v1/api-keys")).data
    assert [key["name"] for key in listed if key["id"] == made["id"]] == ["For the importer"]
    assert all("key" not in key for key in listed)
    with_it = program(http, app.gateway, made["key"])
    assert (await with_it.get("/v1/app")).data == (await app.get("/v1/app")).data


async def test_a_deleted_key_is_dead_and_the_others_are_not(app: Client, http: aiohttp.ClientSession) -> None:
    made = (await app.post("/v1/api-keys", {})).data
    with_it = program(http, app.gateway, made["key"])
    assert (await with_it.get("/v1/app")).status == 200
    deleted = await app.ask("DELETE", f"/v1/api-keys/{made['id']}")
    assert deleted.status == 200
    assert made["key"] not in deleted.text

    async def refused() -> bool:
        return (await with_it.get("/v1/app")).status == 401

    await eventually(refused, within=6)
    assert (await app.get("/v1/app")).status == 200
    assert made["id"] not in [key["id"] for key in (await app.get("/v1/api-keys")).data]
    again = await app.ask("DELETE", f"/v1/api-keys/{made['id']}")
    assert again.refused == (404, "not_found")


async def test_a_repeated_request_makes_one_key(app: Client, ledger: Ledger) -> None:
    key = an_email()
    first = await app.post("/v1/api-keys", {"name": "Once"}, key=key)
    made = await ledger.contents()
    again = await app.post("/v1/api-keys", {"name": "Once"}, key=key)
    assert again.data["id"] == first.data["id"]
    reused = await app.post("/v1/api-keys", {"name": "Twice"}, key=key)
    assert reused.refused == (422, "idempotency_key_reused")
    assert await ledger.contents() == made


async def test_an_app_can_be_renamed(new_app: NewApp, ledger: Ledger) -> None:
    app = await new_app()
    before = (await app.get("/v1/app")).data
    assert before["name"] == "Another"
    assert (await app.patch("/v1/app", {"name": " Renamed "})).data == {**before, "name": "Renamed"}
    assert (await app.get("/v1/app")).data["name"] == "Renamed"
    rows = await ledger.contents()
    for body in ({"name": ""}, {"name": None}, {"name": "a\0"}, {"name": 3}, {"id": before["id"]}):
        assert properly(await app.patch("/v1/app", body)) in ("validation_failed", "invalid_request"), body
    for body in ({"name": ""}, {"name": "a\0"}, {"name": 3}, {"key": "mine"}):
        assert properly(await app.post("/v1/api-keys", body)) in ("validation_failed", "invalid_request"), (
            body
        )
    assert await ledger.contents() == rows
