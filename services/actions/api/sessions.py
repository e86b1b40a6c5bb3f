"""Sessions of hosts: whose one is, and its end."""

from datetime import timedelta
from uuid import UUID

from services.actions.office import Office
from services.actions.sign_ins import IDLE
from services.actions.store import sessions as kept
from services.actions.store import sign_in_codes as codes
from services.actions.store.sessions import StoredSession
from shared.contracts.operation import Nothing
from shared.contracts.sessions import Session, SessionToken
from shared.errors import Refusal
from shared.postgres import Connection

KEPT = timedelta(days=30)
"""How long sessions and sign-in codes are remembered after their end."""


async def get_session(office: Office, ask: SessionToken) -> Session:
    """Whose session the token is, which counts as being busy; Refusal `unauthorized` when it has ended."""
    proof = office.session_keyring.verify(ask.token)
    if proof is None:
        raise Refusal("unauthorized")
    async with office.database.connection() as conn:
        stored = await kept.see_session(conn, proof.id, IDLE)
    if stored is None or stored.key_id != proof.key_id:
        raise Refusal("unauthorized")
    return present_session(office, proof.id, stored)


async def sign_out(office: Office, ask: SessionToken) -> Nothing:
    """End this session; one that is forged or over ends nothing."""
    async with office.database.connection() as conn:
        await end(office, conn, ask.token)
    return Nothing()


async def sign_out_everywhere(office: Office, ask: SessionToken) -> Nothing:
    """End every session of the user whose session this is; one that is forged or over ends nothing."""
    proof = office.session_keyring.verify(ask.token)
    if proof is not None:
        async with office.database.connection() as conn:
            await kept.end_all_sessions(conn, proof.id, proof.key_id)
    return Nothing()


async def end(office: Office, conn: Connection, token: str) -> None:
    """End the session of this token, if it is one."""
    proof = office.session_keyring.verify(token)
    if proof is not None:
        await kept.end_session(conn, proof.id, proof.key_id)


def present_session(office: Office, id: UUID, stored: StoredSession) -> Session:
    """The session as its bearer is told of it, with the secret of its forms."""
    csrf = office.csrf_keyring.token(id, stored.key_id)
    return Session(stored.app_id, stored.app_name, stored.user, csrf, stored.expires_at)


async def forget(office: Office) -> int:
    """The sweep's work: remove what ended long ago."""
    async with office.database.connection() as conn:
        return await codes.forget_codes(conn, KEPT) + await kept.forget_sessions(conn, KEPT)
