"""SQL about hosts, booking links and their slugs."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

import asyncpg
import msgspec

from services.booking.availability import Busy
from services.booking.rules import Template
from services.booking.store.bookings import TAKES_TIME
from shared.contracts.booking_links import BookingLinkFields, Host, PageQuery
from shared.ids import LAST
from shared.postgres import Connection

_COLUMNS = """l.id, l.app_id, h.id as host_id, h.name, h.email, l.slug, l.settings,
    l.created_at, l.updated_at"""
_FROM = "booking_links l join hosts h on h.id = l.host_id"

_PUT_HOST = """
    insert into hosts (id, app_id, name, email) values ($1, $2, $3, $4)
    on conflict (app_id, lower(email)) do update set name = excluded.name
    returning id"""

_INSERT = """
    insert into booking_links (id, app_id, host_id, slug, settings) values ($1, $2, $3, $4, $5)"""

_UPDATE = """
    update booking_links set host_id = $2, slug = $3, settings = $4, updated_at = now() where id = $1"""

# A slug of this same booking link, even a former one, may be taken again.
_TAKE_SLUG = """
    insert into slugs (slug, booking_link_id) values ($1, $2)
    on conflict (slug) do update set slug = excluded.slug
    where slugs.booking_link_id = excluded.booking_link_id
    returning true"""

_GET = f"select {_COLUMNS} from {_FROM} where l.id = $1 and l.app_id = $2"
_BY_SLUG = f"""
    select {_COLUMNS}, clock_timestamp() from slugs s join booking_links l on l.id = s.booking_link_id
    join hosts h on h.id = l.host_id where s.slug = $1"""

# All bookings of one host queue here, so that they meet the exclusion constraint one by one.
LOCK_HOST = f"{_BY_SLUG} for no key update of h"

_BY_ID = f"""
    select {_COLUMNS}, clock_timestamp() from {_FROM} where l.id = $1 and l.app_id = $2"""

_LIST = f"""
    select {_COLUMNS} from (
        select * from booking_links where app_id = any(array[$1::uuid]) and id < $2
        order by app_id, id desc limit $3) as l
    join hosts h on h.id = l.host_id order by l.id desc"""

# In two arrays of numbers: there may be a thousand, and rows of times with their zones would cost ten times
# as much to read. Unlike extract, date_part computes no decimals.
_BUSY = f"""
    select coalesce(array_agg(opens), '{{}}'), coalesce(array_agg(closes), '{{}}') from (
        select floor(date_part('epoch', lower(busy)))::bigint as opens,
            ceil(date_part('epoch', upper(busy)))::bigint as closes
        from bookings
        where host_id = $1 and busy && tstzrange($2, $3) and {TAKES_TIME} and id is distinct from $4
        order by opens) as taken"""


async def put_host(conn: Connection, id: UUID, app_id: UUID, host: Host) -> UUID:
    """The id of the app's host with this email, made or renamed as asked."""
    found: UUID = await conn.fetchval(_PUT_HOST, id, app_id, host.name, host.email)
    return found


async def insert(conn: Connection, id: UUID, app_id: UUID, host_id: UUID, fields: BookingLinkFields) -> None:
    await conn.execute(_INSERT, id, app_id, host_id, fields.slug, _encode(fields))


async def update(conn: Connection, id: UUID, host_id: UUID, fields: BookingLinkFields) -> None:
    await conn.execute(_UPDATE, id, host_id, fields.slug, _encode(fields))


async def take_slug(conn: Connection, slug: str, booking_link_id: UUID) -> bool:
    """Reserve a slug for ever; False when another booking link has or had it."""
    return bool(await conn.fetchval(_TAKE_SLUG, slug, booking_link_id))


async def get(conn: Connection, app_id: UUID, id: UUID, lock: bool = False) -> Template | None:
    row = await conn.fetchrow(_GET + " for update of l" if lock else _GET, id, app_id)
    return None if row is None else _template(row)


async def list_(conn: Connection, app_id: UUID, query: PageQuery) -> list[Template]:
    """One more than the page holds, when there is one."""
    return [_template(row) for row in await conn.fetch(_LIST, app_id, query.before or LAST, query.limit + 1)]


async def by_slug(conn: Connection, slug: str, lock_host: bool = False) -> tuple[Template, datetime] | None:
    """The booking link that has or had this slug, and the time; its host's row locked if asked."""
    row = await conn.fetchrow(LOCK_HOST if lock_host else _BY_SLUG, slug)
    return None if row is None else (_template(row), row[9])


async def by_id(
    conn: Connection, app_id: UUID, id: UUID, lock_host: bool = False
) -> tuple[Template, datetime] | None:
    """The same for the id of one of the app's booking links."""
    row = await conn.fetchrow(_BY_ID + " for no key update of h" if lock_host else _BY_ID, id, app_id)
    return None if row is None else (_template(row), row[9])


async def list_busy(
    conn: Connection, host_id: UUID, opens: datetime, closes: datetime, without: UUID | None = None
) -> list[Busy]:
    """When the host is busy between two times, buffers included, in order; one booking left out."""
    row = await conn.fetchrow(_BUSY, host_id, opens, closes, without)
    return [] if row is None else list(zip(*row, strict=True))


def _encode(fields: BookingLinkFields) -> str:
    return msgspec.json.encode(fields).decode()


@lru_cache(maxsize=1024)
def decode(settings: str) -> BookingLinkFields:
    """What the column `settings` holds."""
    return msgspec.json.decode(settings, type=BookingLinkFields)


def _template(row: asyncpg.Record) -> Template:
    return Template(row[0], row[1], row[2], Host(row[3], row[4]), row[5], decode(row[6]), row[7], row[8])
