"""Who may sign for an app: whoever holds one of its active API keys, and Bookonce itself."""

import base64
import time
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from shared.call import Peers
from shared.contracts import actions
from shared.contracts.actions import Credential, Permit, SignMany, Wanted
from shared.identity import Identity
from tests.conftest import NewStack
from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client, program
from tests.system.signing import a_booking, check, failed, inspect, key_of, sign

NEWER = base64.urlsafe_b64encode(b"n" * 32).decode().rstrip("=")


def _peers(stack: Stack) -> Peers:
    key = stack.environment("gateway")["SERVICE_KEY"]
    return Peers(Identity("gateway", key), {"actions": stack.urls["actions"]})


@pytest.fixture
async def gateway(stack: Stack) -> AsyncIterator[Peers]:
    """The calls that the gateway makes."""
    peers = _peers(stack)
    yield peers
    await peers.close()


async def _made(app: Client, booking: dict[str, Any], **fields: Any) -> str:
    body = {"booking_id": booking["id"], "action": "cancel", **fields}
    signature: str = (await app.post("/v1/action-links", body)).data["signature"]
    return signature


async def test_keys_change_without_a_dead_moment(app: Client, gateway: Peers) -> None:
    booking = await a_booking(app)
    old, new = [(await app.post("/v1/api-keys", {"name": name})).data for name in ("old", "new")]
    by_old, by_new = sign(old["key"], booking), sign(new["key"], booking)
    by_us = await _made(app, booking)
    for signature in (by_old, by_new, by_us, sign(key_of(app), booking)):
        assert isinstance(await inspect(gateway, booking, signature), Permit)
    assert (await app.ask("DELETE", f"/v1/api-keys/{old['id']}")).status == 200
    deleted = time.monotonic()

    async def dead() -> bool:
        return await inspect(gateway, booking, by_old) == "action_link_invalid"

    await eventually(dead, within=5)
    assert time.monotonic() - deleted <= 5
    for signature in (by_new, by_us):
        assert isinstance(await inspect(gateway, booking, signature), Permit)


async def test_a_kid_is_a_hint_and_no_more(app: Client, gateway: Peers) -> None:
    booking = await a_booking(app)
    one, other = [(await app.post("/v1/api-keys", {})).data for _ in range(2)]
    for kid in (one["id"], other["id"], "bookonce-1", "../../etc/passwd", ""):
        assert isinstance(await inspect(gateway, booking, sign(one["key"], booking, kid=kid)), Permit)
    forged = sign("live_api_key_" + "A" * 43, booking, kid=one["id"])
    assert await inspect(gateway, booking, forged) == "action_link_invalid"


async def test_the_check_says_which_key_signed_by_how_it_begins(app: Client) -> None:
    booking = await a_booking(app)
    key = (await app.post("/v1/api-keys", {"name": "Mailer"})).data
    said = await check(app, sign(key["key"], booking))
    assert failed(said) is None
    [told] = [step["detail"] for step in said["steps"] if step["name"] == "signature"]
    assert key["prefix"] in told
    assert key["key"] not in str(said)
    ours = await check(app, await _made(app, booking))
    [told] = [step["detail"] for step in ours["steps"] if step["name"] == "signature"]
    assert "Bookonce" in told


async def test_another_app_can_neither_sign_nor_look(app: Client, other_app: Client, gateway: Peers) -> None:
    booking = await a_booking(app)
    unknown = {"id": "01930000-0000-7000-8000-000000000000"}
    theirs = sign(key_of(other_app), booking)
    assert await inspect(gateway, booking, theirs) == "action_link_invalid"
    for signature in (theirs, sign(key_of(app), booking)):
        said = await check(other_app, signature)
        assert failed(said) == "booking"
        assert said == await check(other_app, sign(key_of(other_app), unknown))
    for body in ({"action": "cancel"}, {"action": "confirm", "redirect": "https://example.com/"}):
        made = await other_app.post("/v1/action-links", {"booking_id": booking["id"], **body})
        assert made.refused == (404, "not_found")
        nowhere = await other_app.post("/v1/action-links", {"booking_id": unknown["id"], **body})
        assert made.json | {"request_id": ""} == nowhere.json | {"request_id": ""}


async def test_what_an_app_has_signed_for_anothers_booking_is_worth_nothing(
    app: Client, other_app: Client, gateway: Peers
) -> None:
    booking = await a_booking(app)
    ids = [
        (await gateway.call(actions.authenticate, Credential(key_of(one)))).app_id for one in (app, other_app)
    ]
    ask = SignMany([Wanted(booking["id"], ["cancel"])])
    own, theirs = [
        (await gateway.call(actions.sign_links, ask, app_id=app_id)).signatures[0]["cancel"] for app_id in ids
    ]
    assert isinstance(await inspect(gateway, booking, own), Permit)
    assert await inspect(gateway, booking, theirs) == "action_link_invalid"


async def test_what_is_signed_for_many_is_what_is_made_for_one(app: Client, gateway: Peers) -> None:
    bookings = [await a_booking(app) for _ in range(3)]
    app_id = (await gateway.call(actions.authenticate, Credential(key_of(app)))).app_id
    ask = SignMany([Wanted(one["id"], ["cancel", "reschedule_by_customer"]) for one in bookings])
    signed = (await gateway.call(actions.sign_links, ask, app_id=app_id)).signatures
    assert signed == (await gateway.call(actions.sign_links, ask, app_id=app_id)).signatures
    assert [list(one) for one in signed] == [["cancel", "reschedule_by_customer"]] * 3
    for booking, one in zip(bookings, signed, strict=True):
        assert one["cancel"] == await _made(app, booking)
        assert isinstance(await inspect(gateway, booking, one["cancel"]), Permit)


async def test_a_change_of_our_own_keys_leaves_mailed_links_alive_until_the_old_one_goes(
    new_stack: NewStack, http: Any
) -> None:
    stack = await new_stack()
    app, gateway = program(http, stack.gateway, stack.api_key), _peers(stack)
    booking = await a_booking(app)
    mailed = await _made(app, booking)
    old = stack.environment("actions")["ACTION_LINK_KEYRING"]
    await stack.restart("actions", ACTION_LINK_KEYRING=f"2:{NEWER},{old}")
    assert isinstance(await inspect(gateway, booking, mailed), Permit)
    newer = await _made(app, booking)
    assert newer != mailed
    assert isinstance(await inspect(gateway, booking, newer), Permit)
    await stack.restart("actions", ACTION_LINK_KEYRING=f"2:{NEWER}")
    assert await inspect(gateway, booking, mailed) == "action_link_invalid"
    assert isinstance(await inspect(gateway, booking, newer), Permit)
    await gateway.close()


async def test_no_database_holds_what_signs(app: Client, stack: Stack) -> None:
    signature = await _made(app, await a_booking(app))
    conn = await asyncpg.connect(stack.dsn["actions"])
    try:
        rows = [
            str(row)
            for table in ("apps", "api_keys", "action_link_keys")
            for row in await conn.fetch(f"select to_jsonb(t)::text from {table} t")
        ]
    finally:
        await conn.close()
    assert rows
    assert not [
        row for row in rows if signature in row or key_of(app).removeprefix("live_api_key_")[22:] in row
    ]
