"""Rows by the hundred thousand, made by PostgreSQL itself: two apps, and nothing evenly spread.

Row `n` of `most` is the older the lower its number, and has an id of version 7 as the services make
them, so that tables and indexes are as well in order as real ones.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from tests.scale.indexes import without_indexes

OLDEST = datetime.now(UTC) - timedelta(days=300)
LARGE, SMALL = UUID(int=1), UUID(int=2)
"""Two apps: of ten rows nine are the large one's."""
PAGES, HOSTS = 200, 20_000
CHUNK = 1_000_000

_FUNCTIONS = """
    create or replace function pg_temp.made(n bigint, most bigint) returns timestamptz
    language sql immutable as $$ select timestamptz '{oldest}' + n * (interval '300 days' / most) $$;
    create or replace function pg_temp.id(at timestamptz, n bigint) returns uuid
    language sql immutable as $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0')
        || '7' || substr(md5(n::text), 1, 3) || 'a' || substr(md5(n::text), 4, 15))::uuid $$;
    create or replace function pg_temp.some(kind text, n bigint) returns uuid
    language sql immutable as $$ select md5(kind || n)::uuid $$;
    create or replace function pg_temp.app(n bigint) returns uuid
    language sql immutable as $$ select case when n % 10 = 0 then uuid '{small}' else uuid '{large}' end $$;
    create or replace function pg_temp.skewed(n bigint, most bigint) returns bigint
    language sql immutable as $$ select (most * power((n * 7919 % 100003) / 100003.0, 3))::bigint $$;"""

_LINKS = f"""
    insert into scheduling_single_use_links (
        id, app_id, key_id, booking_link_id, slug, contact_id, contact_name, contact_email,
        strict_email_match, expires_at, created_at, consumed_at, consumed_by_booking_id, revoked_at,
        expiry_noted_at, channel, step, campaign, opened_count)
    select pg_temp.id(made, n), pg_temp.app(n), 1, pg_temp.some('page', page), 'page-' || page,
        pg_temp.some('contact', person),
        'Amara Okafor ' || person || case when n % 10 > 0 then ' of the large' else '' end,
        'amara-' || person || '@example.com',
        n % 2 = 0, until, made,
        case when fate < 55 then least(now(), made + interval '1 day') end,
        case when fate < 55 then pg_temp.some('booking', n) end,
        case when fate between 55 and 59 then least(now(), made + interval '1 day') end,
        case when fate >= 60 and until <= now() and n % 1000 <> 7 then until + interval '1 second' end,
        'workflow', 'reminder ' || n % 3,
        case when n % 10 >= 7 then case when n % 10 = 9 then 'campaign ' || n % 300 else 'spring' end end,
        n % 4
    from generate_series($1::bigint, $2) as n, lateral (
        select pg_temp.made(n, $3) as made, abs(hashint8(n) % 100) as fate,
            pg_temp.skewed(n, {PAGES}) as page, pg_temp.skewed(n, $3 / 5) as person) as one,
        lateral (select case when fate < 97 then made + interval '30 days' end as until) as two"""

_TOKENS = (
    """insert into claims (link_id, booking_id, verdict, claimed_at, ruled_at)
    select id, consumed_by_booking_id, 'consumed', consumed_at, consumed_at
    from scheduling_single_use_links where consumed_at is not null""",
    """insert into mint_keys (app_id, key, fingerprint, link_ids)
    select pg_temp.app(n), 'key ' || n, 'body', array[pg_temp.some('link', n)]
    from generate_series(1, $1::bigint) as n""",
    # A few transactions' worth, the oldest of them too old to be kept.
    """insert into events (transaction, app_id, type, subject_id, occurred_at)
    select (n / 1000)::text::xid8, app_id, 'single_use_link.created', id,
        now() - (100000 - n) * interval '30 seconds'
    from (select app_id, id, row_number() over (order by id) as n from scheduling_single_use_links) as links
    where n <= 100000""",
)

_BOOKING = (
    f"""insert into hosts (id, app_id, name, email)
    select pg_temp.some('host', n), pg_temp.app(n), 'Dana Reyes', 'dana-' || n || '@example.com'
    from generate_series(0, {HOSTS} - 1) as n where $1::bigint > 0""",
    f"""insert into booking_links (id, app_id, host_id, slug, settings)
    select pg_temp.id(pg_temp.made(n, $1), n), pg_temp.app(n), pg_temp.some('host', n % {HOSTS}),
        'page-' || n,
        '{{"title": "Intro call", "host": {{"name": "Dana Reyes", "email": "dana@example.com"}},
           "schedule": {{"timezone": "UTC", "weekly": {{}}}}}}'
    from generate_series(0, $1 / 10) as n""",
    "insert into slugs (slug, booking_link_id) select slug, id from booking_links where $1::bigint > 0",
    """insert into contacts (id, app_id, name, email, phone, external_ref, erased_at, tell_tokens_at)
    select pg_temp.id(pg_temp.made(n, $1), n), pg_temp.app(n), 'Amara Okafor ' || n,
        'amara-' || n || '@example.com', '+49 30 ' || n, 'crm:' || n,
        case when n % 50 = 3 then now() end, case when n % 5000 = 3 then now() end
    from generate_series(0, $1 - 1) as n""",
    """insert into creation_keys (app_id, key, fingerprint, resource_id)
    select app_id, 'key ' || n, 'body', id
    from (select app_id, id, row_number() over (order by id) as n from contacts) as numbered
    where $1::bigint > 0""",
    # Every fourth booking has a price; a few payments are due, or about to lapse.
    """insert into payments (
        id, provider, status, amount, currency, title, customer_email, return_url, expires_at, session_ends,
        session_id, money_id, lapses_at, due_at, created_at)
    select pg_temp.id(made, n), 'sandbox', status, 4000, 'EUR', 'Intro call', 'amara@example.com',
        'https://bookonce.example/', made + interval '30 minutes', made + interval '30 minutes',
        'session ' || n, 'money ' || n,
        case when status = 'authorised' then now() + n % 8 * interval '30 minutes' end,
        case when status in ('pending', 'capture_pending') then now() end, made
    from generate_series(0, $1 - 1, 4) as n, lateral (
        select pg_temp.made(n, $1) as made, case
            when n % 10008 = 0 then 'pending' when n % 10008 = 4 then 'capture_pending'
            when n % 1008 = 8 then 'authorised' when n % 5 = 0 then 'expired' else 'captured'
            end as status) as one""",
    """insert into payment_changes (payment_id, from_status, to_status)
    select id, 'pending', status from payments where $1::bigint > 0""",
    """insert into payment_hints (provider, event_id, received_at)
    select 'sandbox', 'event ' || n, pg_temp.made(n, $1) + interval '269 days' + n % 3 * interval '1 second'
    from generate_series(0, $1 - 1, 4) as n""",
    # Made days ahead; what is over is completed, but for a few that the sweep has yet to find.
    f"""insert into bookings (
        id, app_id, host_id, booking_link_id, graph, state, toward, start_at, end_at, busy, timezone,
        customer_name, customer_email, answers, contact_id, single_use_link_id, source, status_key_id,
        key_scope, key, fingerprint, failed_because, settle_at, confirmed_at, completed_at, created_at,
        payment_id)
    select pg_temp.id(made, n), app_id, host_id, page, 'instant', state, 'confirmed',
        start, start + interval '30 minutes', tstzrange(start, start + interval '30 minutes'), 'UTC',
        'Amara Okafor', 'amara-' || n % ($1 / 3) || '@example.com', '{{}}',
        pg_temp.some('contact', n % ($1 / 3)), case when n % 10 < 7 then pg_temp.some('link', n) end, '{{}}',
        1, case when n % 5 = 0 then 'app' end, case when n % 5 = 0 then 'key ' || n end, 'body',
        case when state = 'failed' then 'link_revoked' end,
        case when state = 'confirming' then now() end,
        case when state in ('confirmed', 'completed') then made end,
        case when state = 'completed' then start + interval '90 minutes' end, made,
        case when n % 4 = 0 then pg_temp.id(made, n) end
    from generate_series(0, $1 - 1) as n, lateral (
        select pg_temp.made(n, $1) as made, pg_temp.app(n % {HOSTS}) as app_id,
            pg_temp.some('host', n % {HOSTS}) as host_id,
            pg_temp.id(pg_temp.made(n % {HOSTS}, $1), n % {HOSTS}) as page,
            abs(hashint8(n) % 100) as fate) as one,
        lateral (select date_trunc('day', made) + (1 + fate % 14) * interval '1 day'
            + n / {HOSTS} % 48 * interval '30 minutes' as start) as two,
        lateral (select case
            when n % 10007 = 0 and start > now() then 'confirming'
            when fate < 3 then 'failed'
            when fate < 12 then 'cancelled'
            when n % 10009 = 2 then 'tentative'
            when start > now() - interval '90 minutes' or n % 10007 = 1 then 'confirmed'
            else 'completed' end as state) as three""",
    """insert into acts (booking_id, action, nonce, to_state)
    select id, 'cancel', '', state from bookings where state = 'cancelled' and $1::bigint > 0""",
    """insert into transitions (booking_id, from_state, to_state, action, actor)
    select id, null, state, 'book', 'customer' from bookings where $1::bigint > 0""",
    """insert into events (transaction, app_id, type, subject_id, data, occurred_at)
    select (n / 3)::text::xid8, app_id, 'booking.created', id, '{"action": "book", "actor": "customer"}',
        now() - ($1::bigint - n) * interval '15 seconds'
    from (select app_id, id, row_number() over (order by id) as n from bookings) as made""",
)

_ACTIONS = (
    """insert into apps (id, name)
    select pg_temp.some('app', n), 'App ' || n from generate_series(1, $1::bigint) as n""",
    f"""insert into apps (id, name)
    select app, 'Known' from unnest(array['{LARGE}', '{SMALL}']::uuid[]) as app where $1::bigint > 0""",
    f"""insert into api_keys (id, app_id, key_id, name, created_at, revoked_at)
    select pg_temp.id(pg_temp.made(n, $1), n),
        case when n % 100 = 0 then uuid '{LARGE}' else pg_temp.some('app', n) end, 1, 'Key ' || n,
        pg_temp.made(n, $1), case when n % 300 = 0 then now() end
    from generate_series(1, $1::bigint) as n""",
    """insert into creation_keys (app_id, key, fingerprint, api_key_id)
    select app_id, 'key ' || n, 'body', id
    from (select app_id, id, row_number() over (order by id) as n from api_keys) as numbered
    where $1::bigint > 0""",
    """insert into action_link_keys (app_id, key, fingerprint)
    select pg_temp.app(n), 'key ' || n, 'body' from generate_series(1, $1::bigint) as n""",
    f"""insert into users (id, app_id, name, email, created_at)
    select pg_temp.some('user', n),
        case when n % 100 = 0 then uuid '{LARGE}' else pg_temp.some('app', n) end, 'Dana Reyes',
        'host-' || n || '@example.com', pg_temp.made(n, $1)
    from generate_series(1, $1::bigint) as n""",
    # Those of the last two weeks are live, but for a tenth that was signed out.
    """insert into sessions (id, user_id, app_id, key_id, created_at, seen_at, expires_at, ended_at)
    select pg_temp.id(made, n), users.id, app_id, 1, made, now() - interval '1 hour',
        made + interval '14 days', case when n % 10 = 7 then made + interval '1 hour' end
    from generate_series(1, $1::bigint) as n, lateral (select pg_temp.made(n, $1) as made) as one, users
    where users.id = pg_temp.some('user', 1 + n % ($1 / 2))""",
    """insert into sign_in_codes (id, user_id, key_id, created_at, expires_at, spent_at, session_id)
    select pg_temp.id(made, n), pg_temp.some('user', 1 + n % ($1 / 2)), 1, made,
        made + interval '15 minutes', case when n % 4 > 0 then made + interval '1 minute' end,
        case when n % 4 > 0 then pg_temp.id(made, n) end
    from generate_series(1, $1::bigint) as n, lateral (select pg_temp.made(n, $1) as made) as one""",
)


async def fill_links(
    conn: "asyncpg.Connection[asyncpg.Record]", most: int, large: UUID = LARGE, small: UUID = SMALL
) -> None:
    """So many single-use links of both apps."""
    await conn.execute(_FUNCTIONS.format(oldest=OLDEST, large=large, small=small))
    async with without_indexes(conn, "scheduling_single_use_links"):
        for first in range(0, most, CHUNK):
            await conn.execute(_LINKS, first + 1, min(first + CHUNK, most), most, timeout=600)
    await conn.execute("vacuum analyze scheduling_single_use_links", timeout=600)


async def fill_tokens(conn: "asyncpg.Connection[asyncpg.Record]", most: int) -> None:
    """So many links, with the claims of those that are consumed, and so many keys."""
    await fill_links(conn, most)
    await conn.execute(_TOKENS[0], timeout=600)
    await conn.execute(_TOKENS[1], most, timeout=600)
    await conn.execute(_TOKENS[2], timeout=600)
    await conn.execute("vacuum analyze")


async def fill_booking(conn: "asyncpg.Connection[asyncpg.Record]", most: int) -> None:
    """So many booking links, contacts, keys, bookings and transitions of both apps."""
    await fill(conn, _BOOKING, most)


async def fill_actions(conn: "asyncpg.Connection[asyncpg.Record]", most: int) -> None:
    """So many apps, API keys and keys of their creation."""
    await fill(conn, _ACTIONS, most)


async def fill(conn: "asyncpg.Connection[asyncpg.Record]", statements: tuple[str, ...], most: int) -> None:
    """Run statements that make rows, each told how many."""
    await conn.execute(_FUNCTIONS.format(oldest=OLDEST, large=LARGE, small=SMALL))
    for statement in statements:
        await conn.execute(statement, most, timeout=600)
    await conn.execute("vacuum analyze", timeout=600)


def some(kind: str, number: int) -> UUID:
    """The id that these rows have for a thing of that kind and number."""
    return UUID(hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest())
