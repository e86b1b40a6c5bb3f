"""Rows of the workflows database by the hundred thousand: old ones that ended, and a few that are due."""

import asyncpg

from tests.scale.rows import LARGE, SMALL, fill

APPS = 3_000
ENDPOINTS = 20_000
AGE = "now() - case when n % 1000 = 7 then 31 else n % 29 end * interval '1 day'"
"""What is older than a month is soon gone: there is little of it."""
EVENT = f"""jsonb_build_object('id', pg_temp.some('event', n), 'app_id', '{LARGE}',
    'type', 'booking.confirmed', 'occurred_at', made, 'subject_id', pg_temp.some('booking', n))"""

WORKFLOWS = (
    """insert into apps (id) select pg_temp.some('app', n) from generate_series(1, $1::bigint) as n""",
    """insert into feeds (owner, cursor)
    select case n when 0 then 'tokens' else 'feed ' || n end, 'here'
    from generate_series(0, $1 / 100) as n""",
    """insert into seen_events (id, seen_at)
    select pg_temp.some('event', n), now() - case when n % 1000 = 7 then 61 else n % 59 end * interval '1 day'
    from generate_series(1, $1::bigint) as n""",
    f"""insert into workflows (id, app_id, name, trigger, booking_link_id, active, deleted_at)
    select pg_temp.id(pg_temp.made(n, $1), n),
        case when n % 100 = 0 then uuid '{LARGE}' when n % 1000 = 1 then uuid '{SMALL}'
            else pg_temp.some('app', n % {APPS}) end,
        'Workflow ' || n, (array['booking.confirmed', 'booking.cancelled', 'deal_stage_changed'])[1 + n % 3],
        null, n % 7 <> 0, case when n % 7 = 3 then now() end
    from generate_series(0, $1 / 10) as n""",
    """insert into workflow_versions (workflow_id, version, steps)
    select id, 1, '[{"type": "wait", "minutes": 1}]' from workflows where $1::bigint > 0""",
    f"""insert into creation_keys (app_id, key, fingerprint, resource_id)
    select case when n % 2 = 0 then uuid '{LARGE}' else pg_temp.some('app', n % {APPS}) end,
        'key ' || n, 'body', pg_temp.some('made', n) from generate_series(1, $1::bigint) as n""",
    # Of ten thousand runs one is due, one waits, a few failed.
    f"""insert into runs (id, app_id, workflow_id, version, trigger, event_id, booking_id, contact_id, event,
        data, depth, state, step, due_at, created_at, finished_at)
    select pg_temp.id(made, n), case when n % 10 = 0 then uuid '{SMALL}' else uuid '{LARGE}' end, w.id, 1,
        'booking.confirmed', pg_temp.some('event', n), pg_temp.some('booking', n),
        pg_temp.some('contact', n % ($1 / 3)), '{{}}', '{{}}', 0, state, 0,
        case when state = 'running' then now() - interval '1 minute'
            when state = 'waiting' then now() + interval '1 day' end, made,
        case when state not in ('running', 'waiting') then made end
    from generate_series(0, $1 - 1) as n, lateral (
        select pg_temp.made(n, $1) as made, case
            when n % 10007 = 1 then 'running' when n % 10007 = 2 then 'waiting'
            when n % 1009 = 3 then 'failed' when n % 7 = 4 then 'stopped' else 'done' end as state) as one
    join lateral (select pg_temp.id(pg_temp.made(n % 1000, $1), n % 1000) as id) as w on true""",
    """insert into steps_done (run_id, step, name, type, outcome)
    select id, 0, '1-wait', 'wait', 'done' from runs where $1::bigint > 0""",
    f"""insert into webhooks (id, app_id, url, events, secret_key_id, secret)
    select pg_temp.some('webhook', n),
        case when n % 1000 = 0 then uuid '{LARGE}' else pg_temp.some('app', n) end,
        'https://example.com/' || n, array['*'], 1, '\\x00'
    from generate_series(0, {ENDPOINTS} - 1) as n where $1::bigint > 0""",
    f"""insert into webhook_deliveries (id, webhook_id, event_type, event_id, event, contact_id, status,
        due_at, created_at)
    select pg_temp.id(made, n), pg_temp.some('webhook', n % {ENDPOINTS}), 'booking.confirmed',
        pg_temp.some('event', n), {EVENT}, pg_temp.some('contact', n % ($1 / 3)), status,
        case when status = 'pending' then now() end, {AGE}
    from generate_series(0, $1 / 4 - 1) as n, lateral (
        select pg_temp.made(n, $1) as made, case
            when n % 20011 = 1 then 'pending' when n % 997 = 2 then 'failed' else 'delivered'
            end as status) as one""",
    f"""insert into crm_connections (id, app_id, kind, options, key_id, sealed)
    select pg_temp.some('connection', n),
        case n when 0 then uuid '{LARGE}' else pg_temp.some('app', n) end, 'hubspot', '{{}}', 1, '\\x00'
    from generate_series(0, {APPS} - 1) as n where $1::bigint > 0""",
    f"""insert into crm_pushes (id, connection_id, key, subject_id, contact_id, event, status, due_at,
        created_at, done_at)
    select pg_temp.id(made, n), pg_temp.some('connection', n % {APPS}), pg_temp.some('event', n),
        pg_temp.some('booking', n), pg_temp.some('contact', n % ($1 / 3)),
        {EVENT}, status, case when status = 'pending' then now() end, {AGE},
        case when status <> 'pending' then made end
    from generate_series(0, $1 / 4 - 1) as n, lateral (
        select pg_temp.made(n, $1) as made, case
            when n % 20011 = 0 then 'pending' when n % 997 = 2 then 'dead' else 'done'
            end as status) as one""",
    f"""insert into crm_meetings (connection_id, booking_id, remote_id)
    select pg_temp.some('connection', n % {APPS}), pg_temp.some('booking', n), n::text
    from generate_series(0, $1 / 4 - 1) as n""",
    f"""insert into unsubscribed (app_id, contact_id)
    select pg_temp.some('app', n % {APPS}), pg_temp.some('contact', n)
    from generate_series(1, $1 / 4) as n""",
)


async def fill_workflows(conn: "asyncpg.Connection[asyncpg.Record]", most: int) -> None:
    """So many runs, deliveries, pushes and events that were taken."""
    await fill(conn, WORKFLOWS, most)
