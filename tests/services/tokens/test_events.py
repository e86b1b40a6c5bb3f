"""What tokens tells of its links: each fact once, in the transaction that made it, and nothing personal."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.tokens import sweeping
from services.tokens.api import claims, events, minting
from services.tokens.api import links as api
from services.tokens.links import Links
from services.tokens.store import links as store
from shared.contracts.events import LINK_EVENTS, Event
from shared.contracts.tokens import Captured, ChangeExpiry, Claim, Link, Mint, MintMany, Open, Source
from shared.contracts.values import Once
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Connection
from tests.feeds import read_up

APP, PAGE = new_id(), new_id()
SOURCE = Source("workflow", new_id(), new_id(), "reminder", "spring")


class Told:
    """What was told since the test began."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self._cursor = ""

    async def events(self) -> list[Event]:
        """As they travel."""
        async with self._links.database.connection() as conn:
            found, self._cursor = await read_up(partial(events.read_events, self._links), conn, self._cursor)
        return msgspec.json.decode(msgspec.json.encode(found), type=list[Event])

    async def short(self) -> list[tuple[str, UUID]]:
        return [
            (event.type.removeprefix("single_use_link."), event.subject_id) for event in await self.events()
        ]


@pytest.fixture
async def told(links: Links) -> Told:
    made = Told(links)
    await made.events()
    return made


async def _mint(links: Links, contact_id: UUID | None = None, **fields: Any) -> Link:
    contact = Captured(contact_id or new_id(), "Zoe Personal", "zoe.personal@example.com")
    return await minting.mint(links, Mint(APP, PAGE, "intro-call", contact, source=SOURCE, **fields))


async def test_a_link_is_told_of_when_it_is_made_and_not_when_that_is_repeated(
    links: Links, told: Told
) -> None:
    once = Once(str(new_id()), "body")
    link = await _mint(links, once=once)
    assert (await _mint(links, once=once)).id == link.id
    [event] = await told.events()
    assert (event.type, event.app_id, event.subject_id) == ("single_use_link.created", APP, link.id)
    assert (event.id, event.occurred_at) == (link.id, link.created_at)
    assert event.data == {
        "booking_link_id": str(PAGE),
        "contact_id": str(link.contact.id),
        "source": msgspec.to_builtins(SOURCE),
    }


async def test_of_ten_thousand_links_each_is_told_once_in_order(links: Links, told: Told) -> None:
    people = [Captured(new_id(), "Zoe Personal", f"zoe-{n}@example.com") for n in range(10_000)]
    order = MintMany(APP, PAGE, "intro-call", people, once=Once(str(new_id()), "body"))
    made = [one.id for one in (await minting.mint_many(links, order)).made]
    await minting.mint_many(links, order)
    assert await told.short() == [("created", link_id) for link_id in made]


async def test_what_is_refused_is_not_told(links: Links, told: Told) -> None:
    with pytest.raises(Refusal):
        await _mint(links, expires_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert await told.events() == []


async def test_only_the_first_opening_is_told_as_of_when_it_was(links: Links, told: Told) -> None:
    link, untouched = await _mint(links), await _mint(links)
    await told.events()
    for _ in range(2):
        for _ in range(2):
            await api.open_link(links, Open(link.token, counts=True))
        await sweeping.write_openings(links)
    await api.open_link(links, Open(untouched.token))
    await sweeping.write_openings(links)
    [event] = await told.events()
    assert (event.type, event.subject_id) == ("single_use_link.opened", link.id)
    now = await api.get_link(links, APP, link.id)
    assert (now.opened_count, now.first_opened_at) == (4, event.occurred_at)


async def test_a_consumption_is_told_once_with_its_booking(links: Links, told: Told) -> None:
    link, booking_id, rival = await _mint(links), new_id(), new_id()
    claim = Claim(APP, PAGE, "zoe.personal@example.com")
    await told.events()
    for ask in (claims.admit, claims.admit, claims.consume, claims.consume, claims.admit):
        await ask(links, link.id, booking_id, claim)
    assert (await claims.consume(links, link.id, rival, claim)).verdict == "refused"
    await claims.fence(links, link.id, booking_id)
    [event] = await told.events()
    assert (event.type, event.subject_id) == ("single_use_link.consumed", link.id)
    assert event.data["booking_id"] == str(booking_id)


async def test_a_claim_that_is_fenced_is_not_told(links: Links, told: Told) -> None:
    link, booking_id = await _mint(links), new_id()
    await told.events()
    await claims.admit(links, link.id, booking_id, Claim(APP, PAGE, "zoe.personal@example.com"))
    await claims.fence(links, link.id, booking_id)
    assert await told.events() == []


async def test_an_expiry_is_told_once_and_again_when_it_was_put_off(links: Links, told: Told) -> None:
    link = await _mint(links)
    for _ in range(2):
        await told.events()
        await _end(links, link)
        assert await sweeping.note_expired(links) == 1
        assert await sweeping.note_expired(links) == 0
        assert await told.short() == [("expired", link.id)]
        await api.change_expiry(links, APP, link.id, ChangeExpiry(datetime.now(UTC) + timedelta(days=1)))


async def test_a_revocation_is_told_once_and_of_spent_links_never(links: Links, told: Told) -> None:
    link, spent = await _mint(links), await _mint(links)
    await claims.consume(links, spent.id, new_id(), Claim(APP, PAGE, "zoe.personal@example.com"))
    await told.events()
    first = await api.revoke(links, APP, link.id)
    assert await api.revoke(links, APP, link.id) == first
    for app_id, link_id, code in ((APP, spent.id, "link_consumed"), (new_id(), link.id, "not_found")):
        with pytest.raises(Refusal) as refused:
            await api.revoke(links, app_id, link_id)
        assert refused.value.code == code
    assert await told.short() == [("revoked", link.id)]


async def test_an_erasure_is_told_as_the_revocations_that_it_causes(links: Links, told: Told) -> None:
    erased, other = new_id(), new_id()
    open_, expired, spent, revoked = [await _mint(links, erased) for _ in range(4)]
    await _mint(links, other)
    await _end(links, expired)
    await claims.consume(links, spent.id, new_id(), Claim(APP, PAGE, "zoe.personal@example.com"))
    before = await api.revoke(links, APP, revoked.id)
    await sweeping.note_expired(links)
    await told.events()
    for changed in (True, False):
        assert (await api.erase_contact(links, APP, erased)).changed == changed
    assert sorted(await told.short()) == sorted(("revoked", link.id) for link in (open_, expired))
    assert (await api.get_link(links, APP, revoked.id)).revoked_at == before.revoked_at


async def test_what_is_rolled_back_is_not_told(links: Links, told: Told) -> None:
    link = await _mint(links)
    await told.events()

    class Undone(Exception):
        pass

    async def work(conn: Connection) -> None:
        await conn.execute("update scheduling_single_use_links set slug = slug where id = $1", link.id)
        order = MintMany(APP, PAGE, "intro-call", [link.contact])
        await store.insert(conn, [new_id()], 1, order, None, 30)
        raise Undone

    with pytest.raises(Undone):
        await links.database.transact(work)
    assert await told.events() == []


async def test_each_app_has_its_own_name_on_its_events(links: Links, told: Told) -> None:
    contact, other = Captured(new_id(), "Zoe Personal", "zoe.personal@example.com"), new_id()
    mine = await _mint(links)
    theirs = await minting.mint(links, Mint(other, PAGE, "intro-call", contact))
    assert [(event.app_id, event.subject_id) for event in await told.events()] == [
        (APP, mine.id),
        (other, theirs.id),
    ]


async def test_nothing_personal_and_no_token_is_told_or_kept(links: Links, told: Told) -> None:
    link, booking_id = await _mint(links), new_id()
    await api.open_link(links, Open(link.token, counts=True))
    await sweeping.write_openings(links)
    await claims.consume(links, link.id, booking_id, Claim(APP, PAGE, "zoe.personal@example.com"))
    lost = await _mint(links)
    await api.revoke(links, APP, lost.id)
    late = await _mint(links)
    await _end(links, late)
    await sweeping.note_expired(links)
    answered = await told.events()
    assert {event.type for event in answered} == set(LINK_EVENTS)
    async with links.database.connection() as conn:
        kept = str(await conn.fetch("select e::text from events e"))
    for secret in (link.token, lost.token, late.token, "Zoe", "zoe", "example.com", "intro-call"):
        assert secret not in kept
        assert secret not in msgspec.json.encode(answered).decode()


async def _end(links: Links, link: Link) -> None:
    """Let a link's time be over."""
    async with links.database.connection() as conn:
        await conn.execute("update scheduling_single_use_links set expires_at = now() where id = $1", link.id)
