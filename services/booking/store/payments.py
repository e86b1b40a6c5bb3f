"""SQL about payments, the journal of their changes, and the provider's hints."""

from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from msgspec import Struct

from services.booking.payments.provider import Checkout, Money
from services.booking.store.events import TELL
from shared.contracts.bookings import PaymentStatus
from shared.postgres import Connection

FIRST_LOOK = timedelta(seconds=5)
"""When a crash may have kept a session from being opened."""
LOOKS_AFTER_EXPIRY = 17
"""How often an expired session is looked up again, ever more seldom: a day and a half in all."""

_COLUMNS = """p.id, p.provider, p.status, p.amount, p.currency, p.title, p.customer_email, p.return_url,
    p.expires_at, p.session_ends, p.session_id, p.money_id, p.expires_at <= now()"""

_INSERT = """
    insert into payments (
        id, provider, status, amount, currency, title, customer_email, return_url, expires_at, session_ends,
        due_at)
    values ($1, $2, 'pending', $3, $4, $5, $6, $7, $8, $9, now() + $10)
    on conflict (id) do nothing returning id"""
_NOTE = "insert into payment_changes (payment_id, from_status, to_status, detail) values ($1, $2, $3, $4)"

LOCK = "select status from payments where id = $1 for no key update"

# Told of the booking that a chain of moves has led to.
CHANGE = f"""
    with p as (
        update payments set status = $3,
            money_id = coalesce($4, money_id), lapses_at = coalesce($5, lapses_at),
            due_at = case when $6 then now() end, attempts = 0, updated_at = now()
        where id = $1 and status = $2
        returning id),
    noted as (insert into payment_changes (payment_id, from_status, to_status, detail)
        select id, $2, $3, $7 from p),
    told as ({TELL}
        select b.app_id, 'booking.' || word, b.id
        from p join bookings b on b.payment_id = p.id and b.rescheduled_to is null
        join (values ('captured', 'payment_captured'), ('refunded', 'payment_refunded'),
            ('capture_failed', 'capture_failed')) as told (status, word) on status = $3)
    select count(*) from p"""

_OPENED = """
    update payments set session_id = $2, checkout_url = $3,
        due_at = least(now() + interval '10 seconds', expires_at), attempts = 0, updated_at = now()
    where id = $1 and session_id is null"""

# Taking one puts it off for a while, longer each time; two sweeps never take the same. A hold is looked at
# no later than at its end.
_POSTPONED = f"""
    case when status = 'expired' and attempts >= {LOOKS_AFTER_EXPIRY} then null
        when status = 'pending' and expires_at > now()
            then least(now() + least(60, 5 * 2 ^ least(attempts, 10)) * interval '1 second', expires_at)
        when status = 'expired' then now() + 2 ^ attempts * interval '1 second'
        else now() + least(60, 2 ^ least(attempts, 10)) * interval '1 second' end"""
_TAKE_DUE = f"""
    with p as (
        update payments set attempts = attempts + 1, due_at = {_POSTPONED}
        where id in (
            select id from payments where due_at <= now() order by due_at limit $1 for update skip locked)
        returning *)
    select {_COLUMNS} from p"""

_GET = f"select {_COLUMNS} from payments p where p.id = $1"
_TAKE_TO_LOOK = f"""
    with p as (
        update payments set looked_at = now()
        where id = $1 and (looked_at is null or looked_at < now() - interval '1 second')
        returning *)
    select {_COLUMNS} from p"""

_TAKE_HINT = """
    insert into payment_hints (provider, event_id) values ($1, $2) on conflict do nothing returning true"""
_HINTED = f"""
    with p as (
        update payments set due_at = now(), attempts = 0
        where provider = $1 and id = coalesce(
            $2, (select id from payments where provider = $1 and session_id = $3))
          and status in ('pending', 'expire_pending', 'expired')
        returning *)
    select {_COLUMNS} from p"""
_FORGET_HINTS = "delete from payment_hints where received_at < now() - interval '30 days'"

_ERASE = """
    update payments set customer_email = ''
    where id in (
        select payment_id from bookings
        where app_id = $1 and payment_id is not null
          and (contact_id = $2 or lower(customer_email) = lower($3)))"""


class StoredPayment(Struct, frozen=True):
    """A payment's row; its id is that of the booking it was made for. `over`: its hold has ended."""

    id: UUID
    provider: str
    status: PaymentStatus
    amount: int
    currency: str
    title: str
    customer_email: str
    return_url: str
    expires_at: datetime
    session_ends: datetime
    session_id: str | None
    money_id: str | None
    over: bool


class NewPayment(Struct, frozen=True, kw_only=True):
    """What is to be paid, until when the time is held, and until when the provider's session must last."""

    id: UUID
    provider: str
    amount: int
    currency: str
    title: str
    customer_email: str
    return_url: str
    expires_at: datetime
    session_ends: datetime


async def insert(conn: Connection, new: NewPayment) -> None:
    """Write the payment down, once."""
    values = (new.amount, new.currency, new.title, new.customer_email, new.return_url)
    made = await conn.fetchval(
        _INSERT, new.id, new.provider, *values, new.expires_at, new.session_ends, FIRST_LOOK
    )
    if made is not None:
        await conn.execute(_NOTE, new.id, None, "pending", None)


async def get(conn: Connection, id: UUID) -> StoredPayment | None:
    return _stored(await conn.fetchrow(_GET, id))


async def lock(conn: Connection, id: UUID) -> PaymentStatus:
    """Wait for the payment's row, always after that of its booking; its status."""
    status: PaymentStatus = await conn.fetchval(LOCK, id)
    return status


async def change(
    conn: Connection,
    id: UUID,
    before: PaymentStatus,
    after: PaymentStatus,
    *,
    due: bool = False,
    money: Money | None = None,
    detail: str | None = None,
) -> bool:
    """Change the status and note it; False when the payment is not in `before` (any more).

    `due` has the provider asked or told at once; `money` is what the visitor put up.
    """
    put_up = (None, None) if money is None else (money.id, money.lapses_at)
    changed: int = await conn.fetchval(CHANGE, id, before, after, *put_up, due, detail)
    return changed == 1


async def opened(conn: Connection, id: UUID, checkout: Checkout) -> None:
    """Keep the session that was opened."""
    await conn.execute(_OPENED, id, checkout.session_id, checkout.url)


async def take_due(conn: Connection, most: int) -> list[StoredPayment]:
    """Payments about which the provider is to be asked or told something now."""
    taken = [_stored(row) for row in await conn.fetch(_TAKE_DUE, most)]
    return [payment for payment in taken if payment is not None]


async def take_to_look(conn: Connection, id: UUID) -> StoredPayment | None:
    """The payment, unless somebody had it looked up within the last second."""
    return _stored(await conn.fetchrow(_TAKE_TO_LOOK, id))


async def take_hint(conn: Connection, provider: str, event_id: str) -> bool:
    """Write down the provider's message; False when it came before."""
    return bool(await conn.fetchval(_TAKE_HINT, provider, event_id))


async def hinted(
    conn: Connection, provider: str, payment_id: UUID | None, session_id: str | None
) -> StoredPayment | None:
    """The payment that a message is about, due at once; None when nothing can be learnt of it any more."""
    return _stored(await conn.fetchrow(_HINTED, provider, payment_id, session_id))


async def forget_hints(conn: Connection) -> int:
    """Drop messages of a month ago; returns how many."""
    return int((await conn.execute(_FORGET_HINTS)).split()[-1])


async def erase_customer(conn: Connection, app_id: UUID, contact_id: UUID, email: str) -> None:
    """Take the email out of the payments of a contact's bookings, while these still say whose they are."""
    await conn.execute(_ERASE, app_id, contact_id, email)


def _stored(row: asyncpg.Record | None) -> StoredPayment | None:
    return None if row is None else StoredPayment(*row)
