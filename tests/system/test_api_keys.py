"""Who may use the API: whoever holds a live key, sent as Basic password or as Bearer."""

import base64
from uuid import UUID

import aiohttp
import asyncpg
import pytest

from gateway.routes import TABLE
from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client, program
from tests.system.making import NOBODY, a_booking_link, a_link

API = [(method, path) for method, path, _ in TABLE if path.startswith("/v1/")]


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    return stack.api_key


async def test_basic_with_an_empty_user_and_the_key_as_password_is_let_in(
    visitor: Client, key: str, app: Client
) -> None:
    # As `curl --user :live_api_key_…` sends it.
    answer = await visitor.get("/v1/contacts?limit=3", headers={"Authorization": basic("", key)})
    assert answer.status == 200
    assert answer.json == (await app.get("/v1/contacts?limit=3")).json


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
async def test_bearer_is_let_in(visitor: Client, key: str, scheme: str) -> None:
    assert (await visitor.get("/v1/contacts", headers={"Authorization": scheme + key})).status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer nope",
        "Bearer {key}x",
        "Bearer {bare}",
        "Bearer live_api_key_",
        "Bearer live_api_key_{forged}",
        "Bearer live_api_key_ü",
        "Bearer {upper}",
        "Bearer {key} {key}",
        "Token {key}",
        "{key}",
        "Basic",
        "Basic nope",
        "Basic é",
        "Basic ====",
        "Basic /w==",
        "Digest username=x",
        "user:" + "a" * 8000,
    ],
)
async def test_anything_else_is_401_and_told_how_to_come_in(visitor: Client, key: str, wrong: str) -> None:
    bare = key.removeprefix("live_api_key_")
    sent = wrong.format(key=key, bare=bare, upper=key.upper(), forged=bare[::-1])
    answer = await visitor.get("/v1/contacts", headers={"Authorization": sent})
    assert answer.refused == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert bare not in answer.text


@pytest.mark.parametrize(
    ("user", "password"),
    [("{key}", ""), ("x", "{key}"), ("", ""), ("", " {key}"), ("", "{key}:"), ("", "\0")],
)
async def test_basic_in_another_shape_is_401(visitor: Client, key: str, user: str, password: str) -> None:
    sent = basic(user.format(key=key), password.format(key=key))
    answer = await visitor.get("/v1/contacts", headers={"Authorization": sent})
    assert answer.refused == (401, "unauthorized")


async def test_two_authorization_headers_are_401(http: aiohttp.ClientSession, stack: Stack, key: str) -> None:
    twice = [("Authorization", f"Bearer {key}"), ("Authorization", f"Bearer {key}")]
    async with http.get(f"{stack.gateway}/v1/contacts", headers=twice) as answer:
        assert answer.status == 401


@pytest.mark.parametrize(("method", "path"), API)
async def test_every_call_of_the_api_asks_for_a_key_before_anything_else(
    visitor: Client, method: str, path: str
) -> None:
    address = path.replace("{id}", NOBODY).replace("{action}", "cancel")
    answer = await visitor.ask(method, address, data="not json" if method != "GET" else None)
    assert answer.refused == (401, "unauthorized")


async def test_other_secrets_of_ours_are_no_api_keys(app: Client, visitor: Client) -> None:
    token = (await a_link(app, await a_booking_link(app)))["token"]
    for wrong in (token, f"live_api_key_{token}"):
        answer = await visitor.get("/v1/contacts", headers={"Authorization": f"Bearer {wrong}"})
        assert answer.refused == (401, "unauthorized")


async def test_a_key_that_is_revoked_is_401_within_seconds(http: aiohttp.ClientSession, stack: Stack) -> None:
    key = await stack.create_app("Short-lived")
    key_id = UUID(bytes=base64.urlsafe_b64decode(key.removeprefix("live_api_key_") + "=")[:16])
    client = program(http, stack.gateway, key)
    assert (await client.get("/v1/contacts")).status == 200
    connection = await asyncpg.connect(stack.dsn["actions"])
    try:
        await connection.execute("update api_keys set revoked_at = now() where id = $1", key_id)
    finally:
        await connection.close()

    async def refused() -> bool:
        return (await client.get("/v1/contacts")).status == 401

    await eventually(refused, within=6)
