"""A sign-in link opens one session, once, for as long as it lives; nothing that would open one is stored."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.actions.api import apps, sessions, sign_ins
from services.actions.office import Office
from services.actions.sign_ins import IDLE, LIFETIME, refusal
from shared.capability import Keyring
from shared.contracts.sessions import SessionToken, SignedIn, SignIn, SignInLink
from shared.errors import Refusal
from shared.ids import new_id
from shared.postgres import Database
from tests.services.actions.conftest import an_office
from tests.services.actions.test_authenticate import NEWER
from tests.shared.settings import KEY

NOW = datetime(2030, 1, 2, tzinfo=UTC)
SOON = timedelta(minutes=15)


async def _link(office: Office, app_id: UUID | None = None, email: str = "dana@example.com") -> str:
    """The token of a new sign-in link."""
    app_id = app_id or (await apps.create_app(office, "Tests")).app_id
    made = await sign_ins.make_sign_in(office, app_id, email, "Dana Reyes", SOON)
    return made.path.removeprefix("/sign-in/")


async def _signed_in(office: Office, app_id: UUID | None = None, former: str | None = None) -> SignedIn:
    return await sign_ins.sign_in(office, SignIn(await _link(office, app_id), former))


async def _live(office: Office, token: str) -> bool:
    try:
        await sessions.get_session(office, SessionToken(token))
    except Refusal as refused:
        if refused.code == "unauthorized":
            return False
        raise
    return True


def test_a_link_is_good_until_it_expires_or_is_spent_for_another_session() -> None:
    own, other = new_id(), new_id()
    assert refusal(None, NOW + SOON, NOW) is None
    assert refusal(None, NOW, NOW) == "link_expired"
    assert refusal(other, NOW + SOON, NOW) == "link_consumed"
    assert refusal(other, NOW, NOW, own) == "link_consumed"
    assert refusal(own, NOW, NOW, own) is None


async def test_a_link_tells_whom_it_signs_in_as_often_as_it_is_asked(office: Office) -> None:
    token = await _link(office)
    for _ in range(3):
        offer = await sign_ins.inspect_sign_in(office, SignInLink(token))
        assert (offer.user.name, offer.user.email, offer.app_name) == (
            *("Dana Reyes", "dana@example.com"),
            "Tests",
        )
    assert (await sign_ins.sign_in(office, SignIn(token))).session.user == offer.user


async def test_of_many_who_spend_one_link_at_once_exactly_one_has_a_session(
    office: Office, database: Database
) -> None:
    token = await _link(office)
    spending = [sign_ins.sign_in(office, SignIn(token)) for _ in range(8)]
    found = await asyncio.gather(*spending, return_exceptions=True)
    assert sorted(one.code for one in found if isinstance(one, Refusal)) == ["link_consumed"] * 7
    [signed_in] = [one for one in found if isinstance(one, SignedIn)]
    async with database.connection() as conn:
        user = signed_in.session.user.id
        assert await conn.fetchval("select count(*) from sessions where user_id = $1", user) == 1


async def test_a_link_that_expired_opens_nothing(office: Office, database: Database) -> None:
    token = await _link(office)
    async with database.connection() as conn:
        await conn.execute("update sign_in_codes set expires_at = now() where spent_at is null")
    for asking in (
        sign_ins.inspect_sign_in(office, SignInLink(token)),
        sign_ins.sign_in(office, SignIn(token)),
    ):
        with pytest.raises(Refusal, match="link_expired"):
            await asking


async def test_what_is_no_link_of_ours_is_unknown(office: Office) -> None:
    token = await _link(office)
    signed_in = await sign_ins.sign_in(office, SignIn(await _link(office)))
    wrong = ["", "nope", token[:-1], token + "A", "A" * 43, signed_in.token, signed_in.session.csrf]
    purposes = ("api-key", "session", "csrf", "single-use-link")
    wrong += [Keyring(purpose, f"1:{KEY}").token(new_id(), 1) for purpose in purposes]
    for one in wrong:
        with pytest.raises(Refusal, match="link_unknown"):
            await sign_ins.sign_in(office, SignIn(one))
    assert not await _live(office, token)
    assert not await _live(office, signed_in.session.csrf)
    assert not await _live(office, Keyring("session", f"1:{KEY}").token(new_id(), 1))


async def test_after_a_change_of_keys_what_was_made_before_holds_with_its_own_key_alone(
    office: Office, database: Database
) -> None:
    link, signed_in = await _link(office), await _signed_in(office)
    both = an_office(database, f"2:{NEWER},1:{KEY}")
    session = office.session_keyring.verify(signed_in.token)
    code = office.sign_in_keyring.verify(link)
    assert session is not None
    assert code is not None
    assert await _live(both, signed_in.token)
    assert not await _live(both, both.session_keyring.token(session.id, 2))
    await sessions.sign_out(both, SessionToken(both.session_keyring.token(session.id, 2)))
    assert await _live(office, signed_in.token)
    with pytest.raises(Refusal, match="link_unknown"):
        await sign_ins.sign_in(both, SignIn(both.sign_in_keyring.token(code.id, 2)))
    assert (await sign_ins.sign_in(both, SignIn(link))).session.user.email == "dana@example.com"


async def test_signing_in_again_ends_the_session_that_the_browser_had(office: Office) -> None:
    app_id = (await apps.create_app(office, "Tests")).app_id
    first = await _signed_in(office, app_id)
    elsewhere = await _signed_in(office, app_id)
    second = await _signed_in(office, app_id, former=first.token)
    assert second.token != first.token
    assert not await _live(office, first.token)
    assert await _live(office, elsewhere.token)
    with pytest.raises(Refusal):
        await sign_ins.sign_in(office, SignIn("nope", former=second.token))
    assert await _live(office, second.token)


async def test_a_session_says_whose_it_is_and_its_secret_is_no_other_sessions(office: Office) -> None:
    one, other = await _signed_in(office), await _signed_in(office)
    session = await sessions.get_session(office, SessionToken(one.token))
    assert session == one.session
    assert session.app_id != other.session.app_id
    assert one.token not in (session.csrf, other.session.csrf)
    assert session.csrf != other.session.csrf


@pytest.mark.parametrize("ended", ["seen_at = now() - $2::interval", "expires_at = now() - $2::interval * 0"])
async def test_a_session_ends_when_it_was_not_seen_for_long_or_is_old(
    office: Office, database: Database, ended: str
) -> None:
    signed_in = await _signed_in(office)
    assert timedelta(0) < LIFETIME - (signed_in.session.expires_at - datetime.now(UTC)) < SOON
    user = signed_in.session.user.id
    async with database.connection() as conn:
        nearly = "update sessions set seen_at = now() - $2::interval where user_id = $1"
        await conn.execute(nearly, user, IDLE - timedelta(seconds=30))
    assert await _live(office, signed_in.token)
    async with database.connection() as conn:
        seen = await conn.fetchval("select now() - seen_at from sessions where user_id = $1", user)
        assert seen < timedelta(minutes=1)
        await conn.execute(f"update sessions set {ended} where user_id = $1", user, IDLE)
    assert not await _live(office, signed_in.token)


async def test_signing_out_ends_one_session_and_everywhere_all_of_that_user(office: Office) -> None:
    app_id = (await apps.create_app(office, "Tests")).app_id
    first, second, third = [(await _signed_in(office, app_id)).token for _ in range(3)]
    link = await _link(office, app_id, "erin@example.com")
    colleague = (await sign_ins.sign_in(office, SignIn(link))).token
    await sessions.sign_out(office, SessionToken(first))
    assert [await _live(office, one) for one in (first, second, third)] == [False, True, True]
    for powerless in (first, "nope"):
        await sessions.sign_out_everywhere(office, SessionToken(powerless))
        assert await _live(office, second)
    await sessions.sign_out_everywhere(office, SessionToken(second))
    assert [await _live(office, one) for one in (first, second, third)] == [False] * 3
    assert await _live(office, colleague)


async def test_an_email_is_one_user_per_app_however_it_is_written(office: Office) -> None:
    one, other = [(await apps.create_app(office, "Tests")).app_id for _ in range(2)]
    made = [
        await sign_ins.make_sign_in(office, app_id, email, name, SOON)
        for app_id, email, name in (
            (one, "dana@example.com", "Dana Reyes"),
            (one, "Dana@Example.com", "Somebody"),
            (one, None, None),
            (other, "dana@example.com", None),
        )
    ]
    assert made[0].user == made[1].user == made[2].user
    assert made[3].user.id != made[0].user.id
    assert made[3].user.name == "dana@example.com"


async def test_an_app_that_is_not_there_or_has_no_user_gets_no_link(office: Office) -> None:
    empty = (await apps.create_app(office, "Tests")).app_id
    for app_id, email in ((empty, None), (new_id(), None), (new_id(), "dana@example.com")):
        with pytest.raises(Refusal, match="not_found"):
            await sign_ins.make_sign_in(office, app_id, email, None, SOON)


async def test_what_ended_long_ago_is_forgotten_and_nothing_else(office: Office, database: Database) -> None:
    lasting, over = await _signed_in(office), await _signed_in(office)
    long_ago = sessions.KEPT + timedelta(seconds=1)
    async with database.connection() as conn:
        for table in ("sessions", "sign_in_codes"):
            await conn.execute(
                f"update {table} set expires_at = now() - $2::interval where user_id = $1",
                over.session.user.id,
                long_ago,
            )
    assert await sessions.forget(office) == 2
    assert await sessions.forget(office) == 0
    assert await _live(office, lasting.token)


async def test_no_column_of_any_row_holds_what_opens_a_session(office: Office, database: Database) -> None:
    link, signed_in = await _link(office), await _signed_in(office)
    async with database.connection() as conn:
        tables = ("sessions", "sign_in_codes", "users")
        rows = "".join([str(await conn.fetch(f"select to_jsonb(t) from {table} t")) for table in tables])
    for secret in (link, signed_in.token, signed_in.session.csrf):
        assert secret[22:] not in rows
        assert base64.urlsafe_b64decode(secret + "=")[16:].hex() not in rows
