"""Booking once: hold the slot and the link (T1), ask tokens for its verdict, act on it (T2).

Every step may be repeated with the same ids and then does nothing new. A crash between two steps
leaves a booking `confirming`, which the sweep takes up where it was left.
"""

from datetime import datetime
from uuid import UUID

from services.booking import graph, rules
from services.booking.desk import Desk
from services.booking.doors import Door
from services.booking.payments import intents
from services.booking.payments.terms import terms
from services.booking.store import bookings, payments
from services.booking.store.bookings import HostBusy, Keyed, Taken
from services.booking.store.rows import StoredBooking
from shared import deadline
from shared.contracts import tokens
from shared.contracts.bookings import Book, Replay, State
from shared.contracts.operation import Nothing
from shared.contracts.tokens import Claim, Ruling
from shared.contracts.values import Once
from shared.errors import Refusal
from shared.faults import reach
from shared.ids import new_id
from shared.postgres import Connection

VERDICT_SECONDS = 3.0
"""How long a visitor waits for the verdict before the answer is 202."""


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
        price = terms(desk, template, ask, times, now, booking_id)
        if price is not None:
            await payments.insert(conn, price)
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
            None if price is None else price.id,
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

    async def work(conn: Connection) -> StoredBooking:
        moved = await bookings.settle(conn, stored.booking.id, stored.toward, after, because)
        if moved is None:
            return await bookings.get(conn, stored.booking.id) or stored
        return await intents.follow(conn, moved)

    if stored.payment_id is not None:
        return await desk.database.transact(work)
    async with desk.database.connection() as conn:
        return await work(conn)


async def _verdict(desk: Desk, stored: StoredBooking) -> Ruling:
    """A link is consumed by what confirms its booking, and admitted by what waits to be confirmed."""
    booking = stored.booking
    claim = Claim(stored.app_id, booking.booking_link_id, booking.customer.email)
    ask = tokens.consume if stored.toward == "confirmed" else tokens.admit
    return await desk.peers.call(ask, claim, link_id=_link_id(stored), booking_id=booking.id)


async def _fence(desk: Desk, stored: StoredBooking) -> Ruling:
    """Give up a booking whose start or money has passed, so that a delayed consume cannot land."""
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
        holder = await bookings.link_holder(conn, ask.link.id)
    raise Refusal("link_in_use") if holder is None else _held_by(holder)


def _held_by(holder: StoredBooking) -> Refusal:
    """Why a link cannot be used that this booking has, and when that may end."""
    booking = holder.booking
    if booking.state not in graph.WAITING:
        return Refusal("link_consumed")
    payment = booking.payment
    if payment is None or payment.status != "pending" or payment.expires_at is None:
        return Refusal("link_in_use")
    until = payment.expires_at.strftime("%H:%M UTC on %-d %B %Y")
    return Refusal(
        "link_in_use", f"A booking on this link is being paid for. It may be free again at {until}."
    )


async def _made_before(desk: Desk, door: Door, ask: Book, refusal: Refusal) -> StoredBooking:
    """The booking that this visitor has made already, by key or waiting to be paid; else the refusal."""
    link_id = ask.link.id if ask.link else None
    found = await find(desk, door, Replay(ask.once, ask.email, link_id))
    if found is None:
        raise refusal
    return found


async def find(desk: Desk, door: Door, ask: Replay) -> StoredBooking | None:
    """What an idempotency key has made, or else what this email has on this link and not paid yet.

    Refusal when the key came with another body.
    """
    async with desk.database.connection() as conn:
        found = None if ask.once is None else await _by_key(conn, door, ask, ask.once)
        if found is not None or ask.link_id is None:
            return found
        holder = await bookings.link_holder(conn, ask.link_id)
    return holder if holder is not None and _unpaid(holder) and _same_email(holder, ask.email) else None


async def _by_key(conn: Connection, door: Door, ask: Replay, once: Once) -> StoredBooking | None:
    entered = await door.find(conn, lock_host=False)
    if entered is None:
        raise Refusal("not_found")
    template = entered[0]
    where = Keyed(door.key_scope(template, ask.link_id, ask.email), once)
    found = await bookings.by_key(conn, template.app_id, where)
    if found is not None and found.fingerprint != once.fingerprint:
        raise Refusal("idempotency_key_reused")
    return found


def _unpaid(stored: StoredBooking) -> bool:
    state = stored.booking.state
    return (stored.toward if state == "confirming" else state) == "pending_payment"


def _same_email(stored: StoredBooking, email: str) -> bool:
    return stored.booking.customer.email.strip().casefold() == email.strip().casefold()


def _keyed(door: Door, template: rules.Template, ask: Book) -> Keyed | None:
    if ask.once is None:
        return None
    return Keyed(door.key_scope(template, ask.link.id if ask.link else None, ask.email), ask.once)
