"""An API key is genuine, is its row's own, and is not revoked; anything else is `unauthorized`."""

import base64

import pytest

from services.actions.api import api_keys, apps
from services.actions.office import PREFIX, Office
from shared.capability import Keyring
from shared.contracts.actions import Credential
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Database
from tests.services.actions.conftest import an_office
from tests.shared.settings import KEY

NEWER = base64.urlsafe_b64encode(b"n" * 32).decode()


async def _refused(office: Office, key: str) -> str:
    with pytest.raises(Refusal) as refused:
        await api_keys.authenticate(office, Credential(key))
    return refused.value.code


async def test_a_new_apps_key_belongs_to_it(office: Office) -> None:
    created = await apps.create_app(office, "Tests")
    principal = await api_keys.authenticate(office, Credential(created.api_key))
    assert principal.app_id == created.app_id
    assert created.api_key.startswith(PREFIX)


async def test_two_apps_have_two_keys(office: Office) -> None:
    one, two = await apps.create_app(office, "One"), await apps.create_app(office, "One")
    assert one.app_id != two.app_id
    assert (await api_keys.authenticate(office, Credential(two.api_key))).app_id == two.app_id


@pytest.mark.parametrize("wrong", ["", "nope", PREFIX, PREFIX + "A" * 43, PREFIX * 2, "\0", "é" * 43])
async def test_what_is_no_key_is_unauthorized(office: Office, wrong: str) -> None:
    assert await _refused(office, wrong) == "unauthorized"


async def test_a_key_without_its_prefix_or_of_another_purpose_is_unauthorized(office: Office) -> None:
    key = (await apps.create_app(office, "Tests")).api_key
    bare = key.removeprefix(PREFIX)
    link = Keyring("single-use-link", f"1:{KEY}").token(new_id(), 1)
    for wrong in (bare, f"dead_api_key_{bare}", key + "A", key[:-1], PREFIX + link):
        assert await _refused(office, wrong) == "unauthorized"


async def test_a_revoked_key_is_unauthorized(office: Office, database: Database) -> None:
    created = await apps.create_app(office, "Tests")
    async with database.connection() as conn:
        await conn.execute("update api_keys set revoked_at = now() where app_id = $1", created.app_id)
    assert await _refused(office, created.api_key) == "unauthorized"


async def test_after_a_change_of_keys_old_api_keys_hold_but_only_with_their_own_key(
    office: Office, database: Database
) -> None:
    created = await apps.create_app(office, "Tests")
    both = an_office(database, f"2:{NEWER},1:{KEY}")
    principal = await api_keys.authenticate(both, Credential(created.api_key))
    assert principal.app_id == created.app_id
    remade = PREFIX + both.keyring.token(principal.api_key_id, 2)
    assert await _refused(both, remade) == "unauthorized"
    newer = await apps.create_app(both, "Newer")
    assert await _refused(office, newer.api_key) == "unauthorized"


async def test_no_column_of_any_row_holds_a_key(office: Office, database: Database) -> None:
    key = (await apps.create_app(office, "Tests")).api_key.removeprefix(PREFIX)
    async with database.connection() as conn:
        rows = str(await conn.fetchval("select jsonb_agg(to_jsonb(k)) from api_keys k"))
    assert key[22:] not in rows
    assert base64.urlsafe_b64decode(key + "=")[16:].hex() not in rows
