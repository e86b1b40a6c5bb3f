"""Sign-in links: whom one would sign in, and spending it."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from services.actions.api.present import present
from services.actions.api.sessions import end, present_session
from services.actions.office import Office
from services.actions.sign_ins import LIFETIME, refusal
from services.actions.store import sessions as kept
from services.actions.store import sign_in_codes as codes
from services.actions.store import users
from services.actions.store.sessions import StoredSession
from services.actions.store.sign_in_codes import StoredCode
from shared.capability import Proof
from shared.contracts.sessions import SignedIn, SignIn, SignInLink, SignInOffer, User
from shared.errors import Refusal
from shared.faults import reach
from shared.ids import new_id
from shared.postgres import Connection


class MadeSignIn(Struct, frozen=True):
    """A new sign-in link: where it leads on the gateway, for whom, and until when."""

    path: str
    user: User
    expires_at: datetime


async def make_sign_in(
    office: Office, app_id: UUID, email: str | None, name: str | None, lifetime: timedelta
) -> MadeSignIn:
    """A link for the app's user of this email, made if there is none; without one, for its first user.

    Refusal `not_found` when there is no such app, or it has no user yet.
    """
    own_id, user_id = new_id(), new_id()
    key_id = office.sign_in_keyring.newest

    async def work(conn: Connection) -> tuple[User, datetime]:
        if email is None:
            user = present(await users.first_user(conn, app_id))
        else:
            user = present(await users.ensure_user(conn, user_id, app_id, name or email, email))
        return user, await codes.insert_code(conn, own_id, user.id, key_id, lifetime)

    user, expires_at = await office.database.transact(work)
    return MadeSignIn(f"/sign-in/{office.sign_in_keyring.token(own_id, key_id)}", user, expires_at)


async def inspect_sign_in(office: Office, ask: SignInLink) -> SignInOffer:
    """Whom the link would sign in; changes nothing.

    Refusals: `link_unknown`, `link_expired`, `link_consumed`.
    """
    proof = _proof(office, ask.token)
    async with office.database.connection() as conn:
        code = await codes.get_code(conn, proof.id)
    known = _good(code, proof)
    return SignInOffer(known.user, known.app_name, known.expires_at)


async def sign_in(office: Office, ask: SignIn) -> SignedIn:
    """Spend the link for a session that nobody has known before; refusals as for `inspect_sign_in`."""
    proof = _proof(office, ask.token)
    session_id, key_id = new_id(), office.session_keyring.newest

    async def work(conn: Connection) -> StoredSession:
        spent = await codes.spend_code(conn, proof.id, session_id)
        code = _good(await codes.get_code(conn, proof.id), proof, session_id if spent else None)
        if ask.former is not None:
            await end(office, conn, ask.former)
        expires_at = await kept.insert_session(conn, session_id, code.user.id, key_id, LIFETIME)
        return StoredSession(code.user, key_id, expires_at, code.app_id, code.app_name)

    stored = await office.database.transact(work)
    await reach("sign_in.spent")
    return SignedIn(
        office.session_keyring.token(session_id, key_id), present_session(office, session_id, stored)
    )


def _proof(office: Office, token: str) -> Proof:
    proof = office.sign_in_keyring.verify(token)
    if proof is None:
        raise Refusal("link_unknown")
    return proof


def _good(code: StoredCode | None, proof: Proof, session_id: UUID | None = None) -> StoredCode:
    """The code, if it is the token's own and still good; raising undoes what was done before."""
    if code is None or code.key_id != proof.key_id:
        raise Refusal("link_unknown")
    why_not = refusal(code.spent_for, code.expires_at, code.now, session_id)
    if why_not is not None:
        raise Refusal(why_not)
    return code
