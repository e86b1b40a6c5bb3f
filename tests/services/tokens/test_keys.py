"""Which key made a link's token: the row remembers, and the one that proves it must be that one."""

import base64

import pytest

from services.tokens.api import links as api
from services.tokens.api import minting
from services.tokens.links import Links
from shared.capability import Keyring
from shared.contracts.tokens import Captured, Link, Mint, Open
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Database
from tests.shared.settings import KEY

NEWER = base64.urlsafe_b64encode(b"n" * 32).decode()


async def _mint(links: Links) -> Link:
    contact = Captured(new_id(), "Dana", "dana@example.com")
    return await minting.mint(links, Mint(new_id(), new_id(), "intro-call", contact))


async def test_after_a_change_of_keys_old_links_open_and_new_ones_are_made_with_the_new_key(
    database: Database, links: Links
) -> None:
    old = await _mint(links)
    both = Links(database, Keyring("single-use-link", f"2:{NEWER},1:{KEY}"))
    assert (await api.open_link(both, Open(old.token))).link.id == old.id
    assert (await api.get_link(both, old.app_id, old.id)).token == old.token
    new = await _mint(both)
    assert new.token == both.keyring.token(new.id, 2)
    assert (await api.open_link(both, Open(new.token))).link.id == new.id
    with pytest.raises(Refusal) as refused:
        await api.open_link(links, Open(new.token))
    assert refused.value.code == "link_unknown"


async def test_a_token_made_with_another_key_than_the_links_own_is_unknown(
    database: Database, links: Links
) -> None:
    old = await _mint(links)
    both = Links(database, Keyring("single-use-link", f"2:{NEWER},1:{KEY}"))
    genuine_but_not_its_own = both.keyring.token(old.id, 2)
    with pytest.raises(Refusal) as refused:
        await api.open_link(both, Open(genuine_but_not_its_own))
    assert refused.value.code == "link_unknown"


async def test_a_genuine_token_of_a_link_that_is_not_there_is_unknown(links: Links) -> None:
    with pytest.raises(Refusal) as refused:
        await api.open_link(links, Open(links.keyring.token(new_id(), 1)))
    assert refused.value.code == "link_unknown"


async def test_no_column_of_any_row_holds_a_token(database: Database, links: Links) -> None:
    made = await _mint(links)
    async with database.connection() as conn:
        row = await conn.fetchval(
            "select to_jsonb(l)::text from scheduling_single_use_links l where id = $1", made.id
        )
    secret = made.token[22:]
    assert str(made.id) in row
    assert secret not in row
    assert base64.urlsafe_b64decode(made.token + "=")[16:].hex() not in row
