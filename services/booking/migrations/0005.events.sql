-- depends: 0004.payments

-- What happened to bookings and contacts, in the order in which transactions began to write; kept for 30 days.
create table events (
    transaction xid8 not null default pg_current_xact_id(),
    sequence bigint generated always as identity,
    id uuid not null default gen_random_uuid(),
    app_id uuid not null,
    type text not null,
    subject_id uuid not null,
    data jsonb,
    occurred_at timestamptz not null default clock_timestamp(),
    primary key (transaction, sequence)
);

comment on column events.sequence is
    'alone it tells no order: a smaller one may be committed later. The feed reads by transaction first, and only those before the oldest that still runs';
comment on column events.data is
    'of a change of state, what the booking itself does not say: action, actor and the state it left';
