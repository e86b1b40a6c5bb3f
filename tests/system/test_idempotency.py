"""Idempotency keys of the API: the same key and body, the same resource as it is now."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.system.client import Client
from tests.system.ledger import Ledger
from tests.system.making import a_booking_link, a_contact, an_email, booking_link_fields
from tests.system.refusing import properly

Prepare = Callable[[Client], Awaitable[tuple[str, dict[str, Any], dict[str, Any]]]]


async def _booking_link(app: Client) -> tuple[str, dict[str, Any], dict[str, Any]]:
    body = booking_link_fields()
    return "/v1/booking-links", body, {**body, "title": "Another"}


async def _contact(app: Client) -> tuple[str, dict[str, Any], dict[str, Any]]:
    body = {"name": "Amara", "email": an_email()}
    return "/v1/contacts", body, {**body, "email": an_email()}


async def _link(app: Client) -> tuple[str, dict[str, Any], dict[str, Any]]:
    booking_link = await a_booking_link(app)
    body = {"booking_link_id": booking_link["id"], "contact": {"name": "Mei", "email": an_email()}}
    return "/v1/single-use-links", body, {**body, "contact": {"name": "Mei", "email": an_email()}}


PREPARE: dict[str, Prepare] = {"booking link": _booking_link, "contact": _contact, "link": _link}
each = pytest.mark.parametrize("prepare", PREPARE.values(), ids=PREPARE)


@each
async def test_the_same_key_and_body_make_one_resource(app: Client, ledger: Ledger, prepare: Prepare) -> None:
    path, body, _ = await prepare(app)
    key = an_email()
    first = await app.post(path, body, key=key)
    made = await ledger.contents()
    again = await app.post(path, body, key=key)
    spelled_otherwise = dict(reversed(body.items()))
    third = await app.post(path, spelled_otherwise, key=key)
    assert first.status == again.status == third.status == 201
    assert first.data == again.data == third.data
    assert await ledger.contents() == made


@each
async def test_the_same_key_with_another_body_is_refused_and_changes_nothing(
    app: Client, ledger: Ledger, prepare: Prepare
) -> None:
    path, body, other = await prepare(app)
    key = an_email()
    first = await app.post(path, body, key=key)
    made = await ledger.contents()
    assert (await app.post(path, other, key=key)).refused == (422, "idempotency_key_reused")
    assert await ledger.contents() == made
    assert (await app.post(path, body, key=key)).data == first.data


@each
async def test_without_a_key_or_with_another_the_same_body_is_a_new_request(
    app: Client, prepare: Prepare
) -> None:
    path, body, _ = await prepare(app)
    answers = [await app.post(path, body, key=key) for key in (None, None, an_email(), an_email())]
    if path == "/v1/contacts":
        assert [answer.status for answer in answers] == [201, 422, 422, 422]
    else:
        assert len({answer.data["id"] for answer in answers}) == 4


@each
async def test_one_key_sent_many_times_at_once_makes_one_resource(app: Client, prepare: Prepare) -> None:
    path, body, _ = await prepare(app)
    key = an_email()
    answers = await asyncio.gather(*(app.post(path, body, key=key) for _ in range(12)))
    assert [answer.status for answer in answers] == [201] * 12
    assert len({answer.text for answer in answers}) == 1


async def test_the_resource_is_answered_as_it_is_now(app: Client) -> None:
    path, body, _ = await _contact(app)
    key = an_email()
    made = (await app.post(path, body, key=key)).data
    await app.patch(f"{path}/{made['id']}", {"name": "Renamed"})
    assert (await app.post(path, body, key=key)).data["name"] == "Renamed"

    path, body, _ = await _link(app)
    made = (await app.post(path, body, key=key)).data
    await app.post(f"{path}/{made['id']}/revoke")
    again = (await app.post(path, body, key=key)).data
    assert (again["id"], again["status"]) == (made["id"], "revoked")


async def test_a_refused_attempt_frees_its_key(app: Client) -> None:
    taken = await a_contact(app)
    key = an_email()
    refused = await app.post("/v1/contacts", {"name": "Mei", "email": taken["email"]}, key=key)
    assert refused.refused == (422, "validation_failed")
    assert (await app.post("/v1/contacts", {"name": "Mei", "email": an_email()}, key=key)).status == 201

    slug = (await a_booking_link(app))["slug"]
    key = an_email()
    refused = await app.post("/v1/booking-links", booking_link_fields(slug=slug), key=key)
    assert refused.refused == (409, "slug_in_use")
    assert (await app.post("/v1/booking-links", booking_link_fields(), key=key)).status == 201

    path, body, _ = await _link(app)
    key = an_email()
    refused = await app.post(path, {**body, "expires_at": "2001-01-01T00:00:00Z"}, key=key)
    assert refused.refused == (422, "validation_failed")
    assert (await app.post(path, body, key=key)).status == 201


async def test_a_link_made_by_a_key_is_answered_when_it_could_no_longer_be_made(app: Client) -> None:
    booking_link = await a_booking_link(app)
    body = {"booking_link_id": booking_link["id"], "contact": {"name": "Mei", "email": an_email()}}
    key = an_email()
    made = (await app.post("/v1/single-use-links", body, key=key)).data
    await app.patch(f"/v1/booking-links/{booking_link['id']}", {"active": False})
    assert (await app.post("/v1/single-use-links", body, key=key)).data == made
    refused = await app.post("/v1/single-use-links", body, key=an_email())
    assert refused.refused == (410, "booking_link_inactive")


@each
@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a" * 256, "tab\there"])
async def test_a_malformed_key_is_refused_and_changes_nothing(
    app: Client, ledger: Ledger, prepare: Prepare, key: str
) -> None:
    path, body, _ = await prepare(app)
    before = await ledger.contents()
    answer = await app.post(path, body, key=key)
    assert properly(answer) == "invalid_request"
    assert answer.json["detail"].startswith("Idempotency-Key ")
    assert await ledger.contents() == before


async def test_the_longest_key_of_the_strangest_characters_works(app: Client) -> None:
    visible = "".join(map(chr, range(0x21, 0x7F)))
    key = (visible * 3)[:255]
    body = {"name": "Amara", "email": an_email()}
    first = await app.post("/v1/contacts", body, key=key)
    assert first.data == (await app.post("/v1/contacts", body, key=key)).data
