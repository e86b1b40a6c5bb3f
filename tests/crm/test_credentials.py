"""Credentials are renewed when they end, asked for again when they do not hold, and shown to nobody."""

import asyncio
import base64

import msgspec
import pytest

from services.workflows.api import crm_connections as api
from services.workflows.crm.bureau import Bureau
from services.workflows.vault import Vault
from shared.contracts.crm import (
    CreateCrmConnection,
    CrmConnectionFields,
    CrmConnectionPatch,
    CrmCredentials,
    CrmOptions,
)
from shared.contracts.values import Once
from shared.errors import Refusal
from shared.ids import new_id
from tests.crm.account import EMAIL, Account
from tests.crm.vendor import CLIENT_ID, CLIENT_SECRET, Fault

SECRETS = (CLIENT_ID, CLIENT_SECRET, "refresh-", "access-")


async def test_an_access_token_that_ended_is_renewed_and_the_push_done(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    await account.tell("single_use_link.created")
    await account.send()
    account.server.expire()
    await account.tell("single_use_link.expired")
    assert await account.send() == 1
    assert len(account.server.notes_of(contact)) == 2
    assert account.server.granted == 2


async def test_an_access_token_is_used_as_long_as_it_holds(account: Account) -> None:
    account.server.add_contact(EMAIL)
    for _ in range(3):
        await account.tell("single_use_link.created")
        await account.send()
    assert account.server.granted == 1


async def test_revoked_credentials_need_a_reconnect_which_is_visible_and_told_once(account: Account) -> None:
    account.server.add_contact(EMAIL)
    await account.tell("single_use_link.created")
    await account.send()
    account.server.revoke()
    await account.tell("single_use_link.expired")
    await account.tell("single_use_link.created")
    assert await account.send() == 0
    connection = await account.connection()
    assert connection.status == "needs_reconnect"
    assert connection.last_error is not None
    assert connection.last_error.startswith("the login was refused: ")
    ((app_id, told, subject_id, data),) = account.known.announced
    assert (app_id, told) == (account.app_id, "crm_connection.needs_reconnect")
    assert (subject_id, data["kind"]) == (account.connection_id, account.kind)
    asked = len(account.server.asked)
    await account.later()
    await account.send()
    assert len(account.server.asked) == asked
    assert len(account.known.announced) == 1


async def test_new_credentials_connect_again_and_what_waited_follows(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    account.server.revoke()
    await account.tell("single_use_link.created")
    await account.send()
    await account.tell("single_use_link.consumed")
    account.server.revoked, account.server.refresh_token = False, "refresh-anew"
    fresh = CrmConnectionPatch(CrmCredentials(CLIENT_ID, CLIENT_SECRET, "refresh-anew"))
    connection = await api.change_connection(account.bureau, account.app_id, account.connection_id, fresh)
    assert (connection.status, connection.last_error) == ("connected", None)
    assert await account.send() == 2
    assert len(account.server.notes_of(contact)) == 2


async def test_a_client_that_is_unknown_to_the_crm_needs_a_reconnect(unconnected: Account) -> None:
    credentials = CrmCredentials("somebody", "else", "refresh-1")
    fields = CrmConnectionFields(unconnected.kind, credentials)
    made = await api.create_connection(unconnected.bureau, unconnected.app_id, CreateCrmConnection(fields))
    unconnected.connection_id = made.id
    await unconnected.tell("single_use_link.created")
    await unconnected.send()
    assert (await unconnected.connection()).status == "needs_reconnect"


async def test_a_login_that_is_down_loses_nothing(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    account.server.faults.append(Fault(account.server.login, 503))
    await account.tell("single_use_link.created")
    assert await account.send() == 0
    assert (await account.connection()).status == "connected"
    await account.later()
    assert await account.send() == 1
    assert len(account.server.notes_of(contact)) == 1


async def test_a_refresh_token_that_is_exchanged_for_another_is_not_lost(account: Account) -> None:
    account.server.add_contact(EMAIL)
    account.server.rotates = True
    for _ in range(3):
        await account.tell("single_use_link.created")
        assert await account.send() == 1
        account.server.expire()
    assert account.server.granted == 3


async def test_replicas_at_the_same_time_renew_once_and_tell_once(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    account.server.rotates = True
    for _ in range(4):
        await account.tell("single_use_link.created")
    await asyncio.gather(*(account.send() for _ in range(5)))
    assert account.server.granted == 1
    assert len(account.server.notes_of(contact)) == 4
    assert (await account.connection()).status == "connected"


async def test_credentials_given_during_a_renewal_are_kept(account: Account) -> None:
    account.server.add_contact(EMAIL)
    await account.tell("single_use_link.created")
    fresh = CrmConnectionPatch(CrmCredentials(CLIENT_ID, CLIENT_SECRET, "refresh-anew"))

    async def reconnect() -> None:
        await api.change_connection(account.bureau, account.app_id, account.connection_id, fresh)
        account.server.refresh_token = "refresh-anew"

    account.server.after_grant = reconnect
    assert await account.send() == 0
    await account.later()
    assert await account.send() == 1
    assert (await account.connection()).status == "connected"


async def test_credentials_stand_nowhere_in_the_database_and_are_never_shown(account: Account) -> None:
    account.server.add_contact(EMAIL)
    account.server.rotates = True
    await account.tell("single_use_link.created")
    await account.send()
    account.server.revoke()
    await account.tell("single_use_link.created")
    await account.send()
    dumped = await _dump(account)
    assert str(account.connection_id) in dumped
    shown = msgspec.json.encode(await account.connection()).decode()
    for secret in SECRETS:
        for spelled in (secret, base64.b64encode(secret.encode()).decode()[:-4], secret.encode().hex()):
            assert spelled not in dumped
            assert spelled not in shown
    assert EMAIL not in dumped


async def test_credentials_of_another_row_or_key_do_not_open(account: Account) -> None:
    other = Bureau(
        account.bureau.database,
        Vault("1:" + base64.urlsafe_b64encode(bytes(32)).decode()),
        account.bureau.vendors,
        account.known.describe,
        account.known.announce,
    )
    mine, account.bureau = account.bureau, other
    await account.tell("single_use_link.created")
    assert await account.send() == 0
    account.bureau = mine
    connection = await account.connection()
    assert (connection.status, account.server.asked) == ("needs_reconnect", [])


async def test_an_app_has_one_connection_of_each_kind(account: Account) -> None:
    with pytest.raises(Refusal) as refused:
        await account.connect()
    assert refused.value.code == "validation_failed"
    assert refused.value.errors[0].field == "kind"


async def test_the_same_key_connects_once_and_again_after_it_was_deleted(unconnected: Account) -> None:
    credentials = CrmCredentials(CLIENT_ID, CLIENT_SECRET, "refresh-1")
    ask = CreateCrmConnection(CrmConnectionFields(unconnected.kind, credentials), Once("deal-4711", "body"))
    first = await api.create_connection(unconnected.bureau, unconnected.app_id, ask)
    assert await api.create_connection(unconnected.bureau, unconnected.app_id, ask) == first
    other = msgspec.structs.replace(ask, once=Once("deal-4711", "another body"))
    with pytest.raises(Refusal, match="idempotency_key_reused"):
        await api.create_connection(unconnected.bureau, unconnected.app_id, other)
    await api.delete_connection(unconnected.bureau, unconnected.app_id, first.id)
    assert (await api.create_connection(unconnected.bureau, unconnected.app_id, ask)).id != first.id


async def test_another_apps_connection_is_one_that_does_not_exist(account: Account) -> None:
    other = new_id()
    options = CrmConnectionPatch(options=CrmOptions(key_property="theirs"))
    for refused in (
        api.get_connection(account.bureau, other, account.connection_id),
        api.change_connection(account.bureau, other, account.connection_id, options),
        api.delete_connection(account.bureau, other, account.connection_id),
    ):
        with pytest.raises(Refusal, match="not_found"):
            await refused
    assert (await api.list_connections(account.bureau, other)).rows == []
    assert (await account.connection()).options == CrmOptions()


async def test_a_deleted_connection_is_told_nothing(account: Account) -> None:
    await account.tell("single_use_link.created")
    await api.delete_connection(account.bureau, account.app_id, account.connection_id)
    await account.tell("single_use_link.created")
    assert await account.send() == 0
    assert account.server.asked == []
    assert str(account.connection_id) not in await _dump(account)


async def _dump(account: Account) -> str:
    """Every row of every table, as text; binary as it would be read and as hexadecimal."""
    rows: list[str] = []
    async with account.bureau.database.connection() as conn:
        tables = await conn.fetch("select tablename from pg_tables where schemaname = 'public'")
        for (table,) in tables:
            for row in await conn.fetch(f'select t.*, t::text as whole from "{table}" t'):
                raw = [value for value in row.values() if isinstance(value, bytes)]
                rows += [str(row), *(value.decode("latin-1") for value in raw)]
    return "\n".join(rows)
