"""The operations behind the address that a mail offers for unsubscribing."""

from uuid import UUID

from services.workflows.store import runs, unsubscribed
from services.workflows.works import Works
from shared.contracts import actions
from shared.contracts.operation import Nothing
from shared.contracts.workflows import Subscription, UnsubscribeLink
from shared.errors import Refusal


async def inspect_unsubscribe(works: Works, ask: UnsubscribeLink) -> Subscription:
    """Whose mails they are, and whether they still come; Refusal `link_unknown` for what is no such link."""
    app_id, contact_id = await _whose(works, ask)
    async with works.database.connection() as conn:
        over = await unsubscribed.holds(conn, app_id, contact_id)
    return Subscription(await _name(works, app_id), over)


async def unsubscribe(works: Works, ask: UnsubscribeLink) -> Subscription:
    """End them, also those of runs under way; a second time changes nothing."""
    app_id, contact_id = await _whose(works, ask)
    name = await _name(works, app_id)
    async with works.database.connection() as conn:
        await unsubscribed.add(conn, app_id, contact_id)
    return Subscription(name, True)


async def subscribe_again(works: Works, ask: UnsubscribeLink) -> Subscription:
    """Take that back; what was skipped meanwhile is not sent."""
    app_id, contact_id = await _whose(works, ask)
    name = await _name(works, app_id)
    async with works.database.connection() as conn:
        await unsubscribed.remove(conn, app_id, contact_id)
    return Subscription(name, False)


async def _whose(works: Works, ask: UnsubscribeLink) -> tuple[UUID, UUID]:
    """App and contact of the run that sent the mail."""
    proof = works.unsubscribe_keyring.verify(ask.unsubscribe_token)
    if proof is None:
        raise Refusal("link_unknown")
    async with works.database.connection() as conn:
        run = await runs.get(conn, proof.id)
    if run is None or run.contact_id is None:
        raise Refusal("link_unknown")
    return run.app_id, run.contact_id


async def _name(works: Works, app_id: UUID) -> str:
    return (await works.peers.call(actions.get_app, Nothing(), app_id=app_id)).name
