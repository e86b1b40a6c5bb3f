-- depends: 0003.contacts_by_email

-- What a booking costs and what became of it; the bookings that a reschedule makes of it keep it.
create table payments (
    -- That of the booking it was made for.
    id uuid primary key,
    provider text not null,
    status text not null,
    amount bigint not null,
    currency text not null,
    title text not null,
    customer_email text not null,
    return_url text not null,
    -- The hold's end, and that of the provider's session, which may have to be longer.
    expires_at timestamptz not null,
    session_ends timestamptz not null,
    session_id text,
    checkout_url text,
    money_id text,
    -- When what is authorised can no longer be captured.
    lapses_at timestamptz,
    looked_at timestamptz,
    -- When the provider is to be asked, or told, next.
    due_at timestamptz,
    attempts integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint amount_is_positive check (amount > 0),
    constraint money_is_known check (
        status not in ('authorised', 'capture_pending', 'captured', 'refund_pending', 'refunded')
        or money_id is not null),
    constraint owed_is_due check (
        status not in ('pending', 'expire_pending', 'capture_pending', 'release_pending', 'refund_pending')
        or due_at is not null)
);

create index payments_due on payments (due_at) where due_at is not null;
create index payments_lapsing on payments (lapses_at) where status = 'authorised';
create unique index payments_session on payments (provider, session_id) where session_id is not null;

-- Every change of a payment's status: the journal of the money.
create table payment_changes (
    id bigint generated always as identity primary key,
    payment_id uuid not null references payments,
    from_status text,
    to_status text not null,
    detail text,
    at timestamptz not null default clock_timestamp()
);

create index payment_changes_of_payment on payment_changes (payment_id, id);

-- The provider's messages, each taken once however often it comes.
create table payment_hints (
    provider text not null,
    event_id text not null,
    received_at timestamptz not null default now(),
    primary key (provider, event_id)
);

create index payment_hints_received on payment_hints (received_at);

alter table bookings add column payment_id uuid references payments;
create index bookings_of_payment on bookings (payment_id) where payment_id is not null;
