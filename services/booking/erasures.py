"""Erased contacts: tokens forgets them too, and closes their open links."""

import asyncio
from datetime import timedelta
from uuid import UUID

from services.booking.desk import Desk
from services.booking.store import contacts
from shared.contracts import tokens
from shared.contracts.operation import Nothing
from shared.errors import Refusal

AT_ONCE = 20
AGAIN_AFTER = timedelta(minutes=1)
"""A link minted while its contact was being erased is caught by being told once more."""


async def tell_now(desk: Desk, app_id: UUID, contact_id: UUID) -> None:
    """Tell tokens at once; when it is away, the sweep will."""
    try:
        await _tell(desk, app_id, contact_id)
    except Refusal as refusal:
        if refusal.code not in ("unavailable", "timeout"):
            raise


async def tell_tokens(desk: Desk) -> int:
    """The sweep's work: tell tokens of some erased contacts; returns how many it did not know of before."""
    async with desk.database.connection() as conn:
        untold = await contacts.take_untold(conn, AT_ONCE)
    return sum(await asyncio.gather(*(_tell(desk, app_id, contact_id) for app_id, contact_id in untold)))


async def _tell(desk: Desk, app_id: UUID, contact_id: UUID) -> bool:
    erased = await desk.peers.call(tokens.erase_contact, Nothing(), app_id=app_id, contact_id=contact_id)
    async with desk.database.connection() as conn:
        await contacts.put_off_telling(conn, contact_id, AGAIN_AFTER if erased.changed else None)
    return erased.changed
