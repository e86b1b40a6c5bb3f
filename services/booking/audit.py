"""The auditor: do this database and the tokens service tell the same story about every link?

And does what was paid fit its booking? Of links it reads both sides in the order of their ids, through the
services' own operations. A difference is looked at twice, since a booking may settle between the two
readings. What can be repaired by repeating a call with the same ids is repaired; the rest is for a person.
"""

from collections.abc import AsyncIterator
from uuid import UUID

from msgspec import Struct

from services.booking.desk import Desk
from services.booking.payments import ledger
from services.booking.store import bookings, holders
from services.booking.store.holders import LinkHolder
from shared.contracts import tokens
from shared.contracts.tokens import Claim, ConsumedClaim, ConsumedQuery

PAGE = 500
_NOBODY = UUID(int=0)


class Finding(Struct, frozen=True):
    """Two rows that disagree: about a link, or, without one, about what was paid for a booking."""

    link_id: UUID | None
    problem: str
    booking_id: UUID | None
    repaired: bool = False


async def audit(desk: Desk) -> list[Finding]:
    """Every difference that a second look confirms, repaired where that is safe."""
    suspects = [link_id async for link_id in _differences(desk)]
    confirmed = []
    for link_id in suspects:
        finding = await _look(desk, link_id)
        if finding is not None:
            confirmed.append(finding)
    return confirmed + [finding async for finding in _misfits(desk)]


async def _differences(desk: Desk) -> AsyncIterator[UUID]:
    """Links about which the two sides disagree at a first reading."""
    after = _NOBODY
    while True:
        page = await desk.peers.call(tokens.list_consumed, ConsumedQuery(after, PAGE))
        up_to = page.claims[-1].link_id if len(page.claims) == PAGE else None
        claims = {claim.link_id: claim for claim in page.claims}
        holders = await _holders(desk, after, up_to)
        for link_id in sorted(claims.keys() | holders.keys()):
            if judge(claims.get(link_id), holders.get(link_id)) is not None:
                yield link_id
        if up_to is None:
            return
        after = up_to


async def _holders(desk: Desk, after: UUID, up_to: UUID | None) -> dict[UUID, LinkHolder]:
    found: dict[UUID, LinkHolder] = {}
    while True:
        async with desk.database.connection() as conn:
            page = await holders.list_link_holders(conn, after, up_to, PAGE)
        found.update((holder.link_id, holder) for holder in page)
        if len(page) < PAGE:
            return found
        after = page[-1].link_id


def judge(claim: ConsumedClaim | None, holder: LinkHolder | None) -> str | None:
    """What is wrong between the consumed claim of a link and the booking that holds it, or None."""
    if claim is not None and claim.link_names != claim.booking_id:
        return "the link's row and its claim name different bookings"
    if claim is None:
        confirmed = holder is not None and holder.was_confirmed
        return "a confirmed booking has not consumed its link" if confirmed else None
    if holder is None:
        return "the link was consumed by a booking that was never confirmed"
    if holder.booking_id != claim.booking_id:
        return "the link was consumed by another booking than the one that holds it"
    settling = holder.state == "confirming"
    return None if holder.was_confirmed or settling else "the link was consumed by an unconfirmed booking"


async def _misfits(desk: Desk) -> AsyncIterator[Finding]:
    """Payments that do not fit their bookings; both are in this database, so one look tells."""
    after = _NOBODY
    while True:
        async with desk.database.connection() as conn:
            page = await holders.list_paid(conn, after, PAGE)
        for paid in page:
            if not ledger.agree(paid.status, paid.state, paid.toward):
                problem = f"the payment is {paid.status} and its booking {paid.state}"
                yield Finding(None, problem, paid.booking_id)
        if len(page) < PAGE:
            return
        after = page[-1].payment_id


async def _look(desk: Desk, link_id: UUID) -> Finding | None:
    """The second look at one link, and the repair when a confirmed booking lacks its claim."""
    before = UUID(int=link_id.int - 1)
    page = await desk.peers.call(tokens.list_consumed, ConsumedQuery(before, 1))
    claim = next((claim for claim in page.claims if claim.link_id == link_id), None)
    holder = (await _holders(desk, before, link_id)).get(link_id)
    problem = judge(claim, holder)
    if problem is None:
        return None
    repaired = claim is None and holder is not None and await _repeat(desk, holder)
    return Finding(link_id, problem, holder.booking_id if holder else None, repaired)


async def _repeat(desk: Desk, holder: LinkHolder) -> bool:
    """Consume again for a booking that stands confirmed: tokens may have lost its commit."""
    async with desk.database.connection() as conn:
        stored = await bookings.get(conn, holder.booking_id)
    if stored is None:
        return False
    claim = Claim(stored.app_id, stored.booking.booking_link_id, stored.booking.customer.email)
    ruling = await desk.peers.call(
        tokens.consume, claim, link_id=holder.link_id, booking_id=holder.booking_id
    )
    return ruling.verdict == "consumed"
