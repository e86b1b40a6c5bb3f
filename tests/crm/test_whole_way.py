"""From the API through the feeds to the CRM: all pieces as processes, only the vendor stands in."""

from collections.abc import AsyncIterator
from signal import SIGKILL

import aiohttp
import asyncpg
import pytest

from tests.conftest import NewStack
from tests.crm.hubspot import HubSpotServer, hubspot_serving
from tests.crm.salesforce import SalesforceServer, salesforce_serving
from tests.crm.vendor import CLIENT_ID, CLIENT_SECRET
from tests.eventually import eventually
from tests.stack import Stack
from tests.system import client
from tests.system.client import Client
from tests.system.making import a_booking_link, a_link, an_email, book_with

HUBSPOT, SALESFORCE = "hubspot", "salesforce"
CREDENTIALS = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": "refresh-1"}


@pytest.fixture
async def hubspot_at() -> AsyncIterator[tuple[str, HubSpotServer]]:
    async with hubspot_serving() as served:
        yield served


@pytest.fixture
async def salesforce_at() -> AsyncIterator[tuple[str, SalesforceServer]]:
    async with salesforce_serving() as served:
        yield served


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


async def test_links_and_bookings_are_told_to_both_crms_and_credentials_to_nobody(
    new_stack: NewStack,
    http: aiohttp.ClientSession,
    hubspot_at: tuple[str, HubSpotServer],
    salesforce_at: tuple[str, SalesforceServer],
) -> None:
    (hubspot_url, hubspot), (salesforce_url, salesforce) = hubspot_at, salesforce_at
    stack = await new_stack(workflows={"HUBSPOT_URL": hubspot_url, "SALESFORCE_LOGIN_URL": salesforce_url})
    app, visitor = client.program(http, stack.gateway, stack.api_key), client.visitor(http, stack.gateway)
    for kind in (HUBSPOT, SALESFORCE):
        await _connect(app, kind)
    email = an_email()
    contacts = hubspot.add_contact(email), salesforce.add_contact(email)
    link = await _booked(app, visitor, email)
    servers: tuple[HubSpotServer | SalesforceServer, ...] = (hubspot, salesforce)
    for server, contact in zip(servers, contacts, strict=True):
        await _told(server, contact)
        asked = b"".join(one.body for one in server.asked)
        assert link["token"].encode() not in asked
        assert stack.gateway.encode() not in asked
    connections = (await app.get("/v1/crm-connections")).text
    dumped = await _dump(stack)
    for secret in (CLIENT_ID, CLIENT_SECRET, "refresh-1", hubspot.access_token, salesforce.access_token):
        assert secret not in connections
        assert secret not in dumped
        assert secret not in stack.log("workflows")


async def test_a_piece_that_dies_between_the_crms_record_and_its_own_makes_no_second_one(
    new_stack: NewStack, http: aiohttp.ClientSession, salesforce_at: tuple[str, SalesforceServer]
) -> None:
    url, salesforce = salesforce_at
    stack = await new_stack(workflows={"SALESFORCE_LOGIN_URL": url, "FAULTS": "crm.told:kill"})
    app = client.program(http, stack.gateway, stack.api_key)
    connection = await _connect(app, SALESFORCE)
    email = an_email()
    contact = salesforce.add_contact(email)
    await a_link(app, await a_booking_link(app), contact={"name": "Amara Okafor", "email": email})
    assert await stack.ended("workflows", within=20) == -SIGKILL
    assert len(salesforce.notes_of(contact)) == 1
    await stack.restart("workflows", FAULTS=None)
    await _a_minute_passes(stack)
    path = f"/v1/crm-connections/{connection['id']}/pushes?status=done"
    (push,) = await eventually(lambda: _rows(app, path))
    assert push["event_type"] == "single_use_link.created"
    assert len(salesforce.notes_of(contact)) == 1


async def test_revoked_credentials_are_seen_in_the_api_and_renewed_there(
    new_stack: NewStack, http: aiohttp.ClientSession, hubspot_at: tuple[str, HubSpotServer]
) -> None:
    url, hubspot = hubspot_at
    stack = await new_stack(workflows={"HUBSPOT_URL": url})
    app = client.program(http, stack.gateway, stack.api_key)
    connection = await _connect(app, HUBSPOT)
    hubspot.revoke()
    email = an_email()
    contact = hubspot.add_contact(email)
    await a_link(app, await a_booking_link(app), contact={"name": "Amara Okafor", "email": email})
    path = f"/v1/crm-connections/{connection['id']}"

    async def needs_reconnect() -> bool:
        return bool((await app.get(path)).data["status"] == "needs_reconnect")

    await eventually(needs_reconnect)
    hubspot.revoked, hubspot.refresh_token = False, "refresh-anew"
    again = {"credentials": {**CREDENTIALS, "refresh_token": "refresh-anew"}}
    assert (await app.patch(path, again)).data["status"] == "connected"
    await eventually(lambda: len(hubspot.notes_of(contact)) == 1)


async def _connect(app: Client, kind: str) -> dict[str, str]:
    body = {"kind": kind, "credentials": CREDENTIALS}
    made: dict[str, str] = (await app.post("/v1/crm-connections", body)).data
    return made


async def _booked(app: Client, visitor: Client, email: str) -> dict[str, str]:
    """A link for this email, used."""
    booking_link = await a_booking_link(app, title="Product tour")
    link = await a_link(app, booking_link, contact={"name": "Amara Okafor", "email": email})
    assert (await book_with(visitor, booking_link, link)).status == 201
    return link


async def _told(server: HubSpotServer | SalesforceServer, contact: str) -> None:
    """Wait for the notes of a link that was made and used, and for its meeting."""
    await eventually(lambda: len(server.notes_of(contact)) == 2)
    await eventually(lambda: len(server.meetings_of(contact)) == 1)
    told = " ".join(server.notes_of(contact))
    assert all(word in told for word in ("created", "used", "Product tour"))


async def _rows(app: Client, path: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = (await app.get(path)).data
    return rows


async def _a_minute_passes(stack: Stack) -> None:
    """The lease of whoever died ends."""
    conn = await asyncpg.connect(stack.dsn["workflows"])
    await conn.execute("update crm_connections set leased_until = now()")
    await conn.close()


async def _dump(stack: Stack) -> str:
    """Every row of the workflows service, binary as it would be read."""
    conn = await asyncpg.connect(stack.dsn["workflows"])
    rows: list[str] = []
    for (table,) in await conn.fetch("select tablename from pg_tables where schemaname = 'public'"):
        for row in await conn.fetch(f'select * from "{table}"'):
            raw = [value.decode("latin-1") for value in row.values() if isinstance(value, bytes)]
            rows += [str(row), *raw]
    await conn.close()
    return "\n".join(rows)
