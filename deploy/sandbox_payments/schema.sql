create table if not exists sessions (
    id text primary key,
    key text not null unique,
    payment_id text not null,
    amount integer not null check (amount > 0),
    currency text not null,
    title text not null,
    customer_email text not null,
    session_ends real not null,
    return_url text not null,
    status text not null default 'open' check (status in ('open', 'expired', 'paid')),
    -- A visitor who pays late has `chosen` to; once somebody was told that the session is expired, it is `due`.
    late text not null default 'no' check (late in ('no', 'chosen', 'due')),
    created_at real not null
) strict;
create index if not exists sessions_open on sessions (session_ends) where status = 'open';
create index if not exists sessions_late on sessions (id) where late = 'due';

create table if not exists money (
    id text primary key,
    session_id text not null unique references sessions,
    amount integer not null,
    currency text not null,
    status text not null default 'authorised'
        check (status in ('authorised', 'captured', 'released', 'lapsed', 'refunded')),
    lapses_at real not null,
    refused integer not null default 0 check (refused in (0, 1))
) strict;
create index if not exists money_lapsing on money (lapses_at) where status = 'authorised';

create table if not exists movements (
    number integer primary key,
    session_id text not null references sessions,
    at real not null,
    what text not null,
    amount integer not null,
    currency text not null
) strict;

create table if not exists webhooks (
    number integer primary key,
    id text not null unique,
    type text not null,
    session_id text not null references sessions,
    body text not null,
    created_at real not null,
    due_at real not null,
    copies integer not null,
    reordered integer not null check (reordered in (0, 1)),
    attempts integer not null default 0,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'dropped', 'given_up'))
) strict;
create index if not exists webhooks_waiting on webhooks (due_at, number) where state = 'waiting';

create table if not exists switches (
    only integer primary key check (only = 1),
    positions text not null
) strict;
