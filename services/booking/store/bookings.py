"""SQL about bookings and their transitions."""

from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from services.booking.rules import Span, Template
from services.booking.store.events import TELL, noting
from services.booking.store.rows import COLUMNS, FROM, JOINS, StoredBooking, stored
from shared.contracts.bookings import Book, BookingQuery, State
from shared.contracts.values import Once
from shared.ids import first_id
from shared.postgres import Connection
from shared.where import Where

TAKES_TIME = "state in ('confirming', 'pending_payment', 'tentative', 'confirmed', 'completed')"
"""As the exclusion constraint says it: which bookings keep their host busy."""

# A time that stands taken is seen before the insert: who waits at the exclusion constraint while the
# booking there changes state makes a deadlock of it. Its own row, when the commit was in doubt, is no rival.
UNTAKEN = f"""where not exists (
            select from bookings
            where id <> $1 and host_id = $3 and busy && tstzrange($10, $11) and {TAKES_TIME})"""
INSERT = f"""
    with b as (
        insert into bookings (
            id, app_id, host_id, booking_link_id, graph, state, toward, start_at, end_at, busy, timezone,
            customer_name, customer_email, answers, contact_id, single_use_link_id, source,
            status_key_id, key_scope, key, fingerprint, payment_id, settle_at, confirmed_at)
        select $1, $2, $3, $4, $5, $6, $7, $8, $9, tstzrange($10, $11), $12, $13, $14, $15, $16, $17, $18,
            $19, $20, $21, $22, $24,
            case when $6 = 'confirming' then now() + interval '3 seconds' end,
            case when $6 = 'confirmed' then now() end
        {UNTAKEN}
        returning *),
    {noting("select id, null, state, 'book', $23 from b")}
    select {COLUMNS} from b {JOINS}"""

# Conditional on the state it leaves: whoever comes second finds nothing to do.
MOVE = f"""
    with b as (
        update bookings set state = $3, failed_because = $4, settle_at = null, updated_at = now(),
            confirmed_at = case when $3 = 'confirmed' then now() else confirmed_at end,
            completed_at = case when $3 = 'completed' then now() else completed_at end
        where id = $1 and state = $2
        returning *),
    {noting("select id, $2, $3, $5, $6 from b")}
    select {COLUMNS} from b {JOINS}"""

# The same for the end of `confirming`; a settler that comes late may find the booking there again,
# on the way to another state.
SETTLE = MOVE.replace("and state = $2", "and state = $2 and toward = $7")

# The wait for the verdict that an action needs first.
_AWAIT = f"""
    with b as (
        update bookings set state = 'confirming', toward = $3, settle_attempts = 0,
            settle_at = now() + interval '3 seconds', updated_at = now()
        where id = $1 and state = $2
        returning *),
    {noting("select id, $2, 'confirming', $4, $5 from b")}
    select {COLUMNS} from b {JOINS}"""

_GET = f"select {COLUMNS} from {FROM} where b.id = $1"
_BY_KEY = f"""
    select {COLUMNS} from {FROM}
    where b.app_id = $1 and b.key_scope = $2 and b.key = $3 and b.state <> 'failed'"""

_HOLDER = f"""
    select {COLUMNS} from {FROM}
    where b.single_use_link_id = $1 and b.rescheduled_from is null
      and (b.state in ('confirming', 'pending_payment', 'tentative') or b.confirmed_at is not null)"""

_MARK = f"""
    with before as (
        select id, no_show_at is null as came from bookings
        where id = $1 and app_id = $2 and state in ('confirmed', 'completed') for no key update),
    b as (
        update bookings set no_show_at = case when $3 then coalesce(no_show_at, now()) end, updated_at = now()
        from before where bookings.id = before.id
        returning bookings.*, came),
    told as ({TELL}
        select app_id, case when $3 then 'booking.no_show_marked' else 'booking.no_show_unmarked' end, id
        from b where came = $3)
    select {COLUMNS} from b {JOINS}"""

# What a booking keeps of an erased person is that somebody was there.
_ERASE = """
    update bookings set customer_name = $3, customer_email = '', answers = '{}', updated_at = now()
    where app_id = $1 and (contact_id = $2 or lower(customer_email) = lower($4))"""

_SKEW = 3600.0
"""Ids are made by the service's clock, starts are judged by the database's; seconds they never differ by."""

ERASED = "Erased"
"""What stands where a name was."""


class Keyed(Struct, frozen=True):
    """An idempotency key and whose it is."""

    scope: str
    once: Once


class HostBusy(Exception):
    """The host has another booking at that time."""


class Taken(Exception):
    """A unique index says that a row is there already: `one_booking_per_link`, `…_per_key` or the id."""

    def __init__(self, index: str | None) -> None:
        super().__init__(index)
        self.index = index


async def insert(
    conn: Connection,
    id: UUID,
    template: Template,
    ask: Book,
    times: Span,
    state: State,
    toward: State,
    status_key_id: int,
    keyed: Keyed | None,
    contact_id: UUID | None,
    actor: str,
    payment_id: UUID | None,
) -> StoredBooking:
    """The new booking with its first transition; HostBusy or Taken when a constraint forbids it."""
    link = ask.link
    values = (
        *(id, template.app_id, template.host_id, template.id, template.fields.graph, state, toward),
        *(times.start, times.end, times.busy_from, times.busy_to),
        *(ask.timezone, ask.name, ask.email, _json(ask.answers)),
        *((link.contact_id, link.id, _json(link.source)) if link else (contact_id, None, None)),
        status_key_id,
        *((keyed.scope, keyed.once.key, keyed.once.fingerprint) if keyed else (None, None, None)),
        actor,
        payment_id,
    )
    try:
        row = await conn.fetchrow(INSERT, *values)
    except asyncpg.ExclusionViolationError:
        raise HostBusy from None
    except asyncpg.UniqueViolationError as error:
        raise Taken(error.constraint_name) from None
    if row is None:
        raise HostBusy
    return stored(row)


async def move(
    conn: Connection,
    id: UUID,
    before: State,
    after: State,
    action: str,
    actor: str,
    because: str | None = None,
) -> StoredBooking | None:
    """Change the state and note the transition; None when the booking is not in `before` (any more)."""
    row = await conn.fetchrow(MOVE, id, before, after, because, action, actor)
    return None if row is None else stored(row)


async def settle(
    conn: Connection, id: UUID, toward: State, after: State, because: str | None = None
) -> StoredBooking | None:
    """Leave `confirming` for what became of it; None when the booking no longer moves `toward` that."""
    row = await conn.fetchrow(SETTLE, id, "confirming", after, because, "settle", "bookonce", toward)
    return None if row is None else stored(row)


async def await_verdict(
    conn: Connection, id: UUID, before: State, toward: State, action: str, actor: str
) -> StoredBooking | None:
    """Make the booking `confirming` on its way `toward` a state; None when it is not in `before`."""
    row = await conn.fetchrow(_AWAIT, id, before, toward, action, actor)
    return None if row is None else stored(row)


async def get(conn: Connection, id: UUID) -> StoredBooking | None:
    row = await conn.fetchrow(_GET, id)
    return None if row is None else stored(row)


async def by_key(conn: Connection, app_id: UUID, keyed: Keyed) -> StoredBooking | None:
    """What the idempotency key has made, unless that failed."""
    row = await conn.fetchrow(_BY_KEY, app_id, keyed.scope, keyed.once.key)
    return None if row is None else stored(row)


async def link_holder(conn: Connection, link_id: UUID) -> StoredBooking | None:
    """The booking that holds or has consumed the link."""
    row = await conn.fetchrow(_HOLDER, link_id)
    return None if row is None else stored(row)


async def list_(conn: Connection, app_id: UUID, query: BookingQuery) -> list[StoredBooking]:
    """One more than the page holds, when there is one."""
    where = Where()
    where.of_app("app_id", app_id)
    where.add_if("id < {}", query.before)
    where.add_if("state = {}", query.state)
    where.add_if("booking_link_id = {}", query.booking_link_id)
    where.add_if("contact_id = {}", query.contact_id)
    where.add_if("start_at >= {}", query.start_from)
    if query.start_to is not None:
        # Every booking is made before it starts: what was made later need not be looked at.
        where.add("start_at < {} and id < {}", query.start_to, first_id(query.start_to, _SKEW))
    most = where.value(query.limit + 1)
    page = f"select * from bookings where {where} order by app_id, id desc limit {most}"
    statement = f"select {COLUMNS} from ({page}) as b {JOINS} order by b.id desc"
    return [stored(row) for row in await conn.fetch(statement, *where.values)]


async def mark_no_show(conn: Connection, app_id: UUID, id: UUID, absent: bool) -> StoredBooking | None:
    """Note that the customer did not come, or that they did; None unless confirmed or completed."""
    row = await conn.fetchrow(_MARK, id, app_id, absent)
    return None if row is None else stored(row)


async def erase_customer(conn: Connection, app_id: UUID, contact_id: UUID, email: str) -> None:
    """Take name, email and answers out of all bookings of a contact."""
    await conn.execute(_ERASE, app_id, contact_id, ERASED, email)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
