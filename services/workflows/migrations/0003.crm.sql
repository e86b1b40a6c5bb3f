-- depends: 0001.workflows

-- An app's way into its CRM. What it proves itself with is sealed under the vault's key `key_id`.
create table crm_connections (
    id uuid primary key,
    app_id uuid not null,
    kind text not null,
    status text not null default 'connected',
    options jsonb not null,
    key_id smallint not null,
    sealed bytea not null,
    -- Counts changes of what is sealed: whoever saves renewed credentials must have read the last ones.
    version integer not null default 1,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    last_error text,
    -- Who is sending, and until when nobody else may; until when the CRM wants to be left alone.
    lease uuid,
    leased_until timestamptz not null default '-infinity',
    paused_until timestamptz not null default '-infinity',
    constraint known_kind check (kind in ('hubspot', 'salesforce')),
    constraint known_status check (status in ('connected', 'needs_reconnect'))
);

create unique index crm_connections_of_app on crm_connections (app_id, kind);

-- What a CRM is to be told, in the order of its ids for each subject; who it is about is asked when it is sent.
create table crm_pushes (
    id uuid primary key,
    connection_id uuid not null references crm_connections on delete cascade,
    -- The event or the workflow's step: what is told once, however often.
    key uuid not null,
    subject_id uuid not null,
    contact_id uuid,
    event jsonb not null,
    note text,
    status text not null default 'pending',
    attempts integer not null default 0,
    -- Set before the CRM is first told: from then on it may know already.
    begun_at timestamptz,
    due_at timestamptz default now(),
    error text,
    created_at timestamptz not null default now(),
    done_at timestamptz,
    constraint known_status check (status in ('pending', 'done', 'refused', 'dead')),
    constraint pending_is_due check ((status = 'pending') = (due_at is not null)),
    constraint told_once unique (connection_id, key)
);

create index crm_pushes_due on crm_pushes (connection_id, due_at) where due_at is not null;
create index crm_pushes_waiting on crm_pushes (connection_id, subject_id, id) where due_at is not null;
create index crm_pushes_of_connection on crm_pushes (connection_id, id desc);
create index crm_pushes_by_status on crm_pushes (connection_id, status, id desc);
create index crm_pushes_of_contact on crm_pushes (contact_id) where contact_id is not null;
create index crm_pushes_by_age on crm_pushes (created_at);

-- The CRM's own id of a booking's meeting there.
create table crm_meetings (
    connection_id uuid not null references crm_connections on delete cascade,
    booking_id uuid not null,
    remote_id text not null,
    primary key (connection_id, booking_id)
);
