"""Booking once: hold the slot and the link (T1), ask tokens for its verdict, act on it (T2).

Every step may be repeated with the same ids and then does nothing new. A crash between two steps
leaves a booking `confirming`, which the sweep takes up where it was left.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.booking import graph, rules
from services.booking.doors import Door
from services.booking.store import bookings
from services.booking.store.bookings import HostBusy, Keyed, StoredBooking, Taken
from shared import deadline
from shared.call import Peers
from shared.capability import Keyring
from shared.contracts import tokens
from shared.contracts.bookings import Book, Replay, State
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Claim, Ruling
from shared.errors import Refusal
from shared.faults import reach
from shared.ids import new_id
from shared.postgres import Connection, Database

VERDICT_SECONDS = 3.0
"""How long a visitor waits for the verdict before the answer is 202."""


@dataclass(frozen=True)
class Desk:
    """What booking needs: its database, the tokens service, and the keys of status URLs."""

    database: Database
    peers: Peers
    keyring: Keyring

    async def open(self) -> None:
        await self.database.open()

    async def close(self) -> None:
        await self.peers.close()
        await self.database.close()


async def book(desk: Desk, door: Door, ask: Book) -> StoredBooking:
    """Make a booking, or find the one that this idempotency key has made, and settle it."""
    await reach("book.before_t1")
    try:
        stored = await hold(desk, door, ask, new_id())
    except Refusal as refusal:
        stored = await _made_before(desk, door, ask, refusal)
    await reach("book.after_t1")
    return await settle(desk, stored)


async def hold(desk: Desk, door: Door, ask: Book, booking_id: UUID) -> StoredBooking:
    """T1: with the host's row locked, insert the booking, which holds the slot and the link."""

    async def work(conn: Connection) -> StoredBooking:
        found = await door.find(conn, lock_host=True)
        if found is None:
            raise Refusal("not_found")
        template, now = found
        times = check(template, ask, now)
        toward = graph.FIRST[template.fields.graph]
        return await bookings.insert(
            conn,
            booking_id,
            template,
            ask,
            times,
            "confirming" if ask.link else toward,
            toward,
            desk.keyring.newest,
            _keyed(door, template, ask),
            door.contact_id,
            door.actor,
        )

    try:
        return await desk.database.transact(work)
    except HostBusy:
        raise Refusal("slot_taken") from None
    except Taken as taken:
        return await _explain(desk, ask, booking_id, taken)


def check(template: rules.Template, ask: Book, now: datetime) -> rules.Span:
    """Everything that can be said against a booking without asking another piece or another row."""
    fields, link = template.fields, ask.link
    if not fields.active:
        raise Refusal("booking_link_inactive")
    if link is not None and link.booking_link_id != template.id:
        raise Refusal("link_wrong_template")
    if link is None and fields.access == "single_use_only":
        raise Refusal("single_use_link_required")
    rules.check_answers(fields.questions, ask.answers)
    return rules.span(template, ask.start, now)


async def settle(desk: Desk, stored: StoredBooking) -> StoredBooking:
    """Bring a `confirming` booking to its end; it stays so when that cannot be done or known now."""
    if stored.booking.state != "confirming":
        return stored
    try:
        async with deadline.within(min(VERDICT_SECONDS, deadline.left() - 0.5)):
            ruling = await (_fence if stored.passed else _verdict)(desk, stored)
            await reach("settle.ruled")
            settled = await apply(desk, stored, ruling)
    except Refusal as refusal:
        if refusal.code not in ("unavailable", "timeout"):
            raise
        return stored
    await reach("settle.applied")
    return settled


async def apply(desk: Desk, stored: StoredBooking, ruling: Ruling) -> StoredBooking:
    """T2: leave `confirming` as the verdict says, if the booking is still on that way."""
    after: State = stored.toward if ruling.verdict in ("consumed", "admitted") else "failed"
    because = None if after == stored.toward else ruling.reason or "slot_taken"
    async with desk.database.connection() as conn:
        moved = await bookings.settle(conn, stored.booking.id, stored.toward, after, because)
        return moved or await bookings.get(conn, stored.booking.id) or stored


async def _verdict(desk: Desk, stored: StoredBooking) -> Ruling:
    """A link is consumed by what confirms its booking, and admitted by what waits to be confirmed."""
    booking = stored.booking
    claim = Claim(stored.app_id, booking.booking_link_id, booking.customer.email)
    ask = tokens.consume if stored.toward == "confirmed" else tokens.admit
    return await desk.peers.call(ask, claim, link_id=_link_id(stored), booking_id=booking.id)


async def _fence(desk: Desk, stored: StoredBooking) -> Ruling:
    """Give up a booking whose start has passed, so that a delayed consume cannot land."""
    link_id = _link_id(stored)
    return await desk.peers.call(tokens.fence, Nothing(), link_id=link_id, booking_id=stored.booking.id)


def _link_id(stored: StoredBooking) -> UUID:
    link_id = stored.booking.single_use_link_id
    if link_id is None:
        raise ValueError("only a booking with a single-use link awaits a verdict")
    return link_id


async def _explain(desk: Desk, ask: Book, booking_id: UUID, taken: Taken) -> StoredBooking:
    """What a unique index meant: our own earlier commit, a key used before, or another's link."""
    async with desk.database.connection() as conn:
        mine = await bookings.get(conn, booking_id)
        if mine is not None:
            return mine
        if taken.index != "one_booking_per_link" or ask.link is None:
            raise Refusal("unavailable")
        state = await bookings.link_holder_state(conn, ask.link.id)
    raise Refusal("link_consumed" if state and state not in graph.WAITING else "link_in_use")


async def _made_before(desk: Desk, door: Door, ask: Book, refusal: Refusal) -> StoredBooking:
    """The booking that this idempotency key has made already; the refusal when there is none."""
    if ask.once is None:
        raise refusal
    link_id = ask.link.id if ask.link else None
    found = await find(desk, door, Replay(ask.once, ask.email, link_id))
    if found is None:
        raise refusal
    return found


async def find(desk: Desk, door: Door, ask: Replay) -> StoredBooking | None:
    """What an idempotency key has made; Refusal when it came with another body."""
    async with desk.database.connection() as conn:
        entered = await door.find(conn, lock_host=False)
        if entered is None:
            raise Refusal("not_found")
        template = entered[0]
        where = Keyed(door.key_scope(template, ask.link_id, ask.email), ask.once)
        found = await bookings.by_key(conn, template.app_id, where)
    if found is not None and found.fingerprint != ask.once.fingerprint:
        raise Refusal("idempotency_key_reused")
    return found


def _keyed(door: Door, template: rules.Template, ask: Book) -> Keyed | None:
    if ask.once is None:
        return None
    return Keyed(door.key_scope(template, ask.link.id if ask.link else None, ask.email), ask.once)
