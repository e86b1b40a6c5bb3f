"""The life of an API key: shown once, listed by how it begins and its last use, dead when deleted."""

import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from deploy import ports
from deploy.processes import Process
from deploy.readiness import until_ready
from tests.eventually import eventually
from tests.stack import Stack
from tests.system.client import Client, program


@pytest.fixture
async def second_gateway(stack: Stack, tmp_path: Path) -> AsyncIterator[str]:
    """One more gateway before the same pieces."""
    address = f"127.0.0.1:{ports.any_free()}"
    process = Process(
        "gateway",
        [sys.executable, "-m", "gateway", "serve"],
        environment={**stack.environment("gateway"), "LISTEN": address},
        log=tmp_path / "gateway.log",
    )
    process.start()
    try:
        await until_ready(process, f"http://{address}")
        yield f"http://{address}"
    finally:
        await process.stop()


async def _listed(app: Client, made: dict[str, Any]) -> dict[str, Any] | None:
    keys = (await app.get("/v1/api-keys?limit=200")).data
    return next((key for key in keys if key["id"] == made["id"]), None)


async def test_a_key_is_shown_once_and_kept_nowhere(app: Client, stack: Stack) -> None:
    made = (await app.post("/v1/api-keys", {"name": "For the importer"})).data
    listed = await _listed(app, made)
    assert listed == {name: value for name, value in made.items() if name != "key"}
    assert made["key"].startswith(listed["prefix"])
    assert made["key"] not in (await app.get("/v1/api-keys?limit=200")).text
    conn = await asyncpg.connect(stack.dsn["actions"])
    try:
        rows = await conn.fetch("select t::text from api_keys t where id = $1", made["id"])
    finally:
        await conn.close()
    secret = made["key"].removeprefix("live_api_key_")
    assert len(rows) == 1
    assert secret[22:] not in rows[0][0]


async def test_its_last_use_is_told_soon_after(app: Client, http: aiohttp.ClientSession) -> None:
    made = (await app.post("/v1/api-keys", {})).data
    assert made["last_used_at"] is None
    with_it = program(http, app.gateway, made["key"])
    assert (await with_it.get("/v1/app")).status == 200

    async def used() -> Any:
        listed = await _listed(app, made)
        return listed and listed["last_used_at"]

    assert await eventually(used) >= made["created_at"]


async def test_a_deleted_key_is_dead_within_five_seconds_where_it_is_remembered(
    app: Client, http: aiohttp.ClientSession, second_gateway: str
) -> None:
    made = (await app.post("/v1/api-keys", {})).data
    here, there = program(http, app.gateway, made["key"]), program(http, second_gateway, made["key"])
    for client in (here, there):
        assert (await client.get("/v1/app")).status == 200
    assert (await app.ask("DELETE", f"/v1/api-keys/{made['id']}")).status == 200
    deleted = time.monotonic()
    assert (await here.get("/v1/app")).refused == (401, "unauthorized")

    async def refused_there() -> bool:
        return (await there.get("/v1/app")).status == 401

    await eventually(refused_there, within=5)
    assert time.monotonic() - deleted <= 5
    assert await _listed(app, made) is None
    other = program(http, second_gateway, app.headers["Authorization"].removeprefix("Bearer "))
    assert (await other.get("/v1/app")).status == 200


async def test_keys_of_two_apps_have_nothing_to_do_with_each_other(
    app: Client, other_app: Client, http: aiohttp.ClientSession
) -> None:
    theirs = (await other_app.post("/v1/api-keys", {"name": "Theirs"})).data
    assert await _listed(app, theirs) is None
    assert (await app.ask("DELETE", f"/v1/api-keys/{theirs['id']}")).refused == (404, "not_found")
    with_theirs = program(http, app.gateway, theirs["key"])
    assert (await with_theirs.get("/v1/app")).data == (await other_app.get("/v1/app")).data
    assert (await with_theirs.get("/v1/app")).data != (await app.get("/v1/app")).data
