-- depends: 0001.workflows

create table webhooks (
    id uuid primary key,
    app_id uuid not null,
    url text not null,
    events text[] not null,
    description text,
    secret_key_id smallint not null,
    secret bytea not null,
    -- What signed before the latest rotation still signs along until then.
    former_key_id smallint,
    former_secret bytea,
    former_until timestamptz,
    -- The first failure since the latest success.
    failing_since timestamptz,
    disabled_at timestamptz,
    disabled_because text,
    created_at timestamptz not null default now(),
    constraint known_reason check (disabled_because in ('gone', 'failing')),
    constraint disabled_for_a_reason check ((disabled_at is null) = (disabled_because is null)),
    constraint former_is_whole check (num_nulls(former_key_id, former_secret, former_until) in (0, 3))
);

create index webhooks_of_app on webhooks (app_id, id desc);

create table webhook_deliveries (
    id uuid primary key,
    webhook_id uuid not null references webhooks on delete cascade,
    event_type text not null,
    event_id uuid,
    -- The event as its owner told it, which names nobody; none for a step of a workflow.
    event jsonb,
    contact_id uuid,
    -- What is sent, the same at every attempt; made at the first.
    body bytea,
    erased boolean not null default false,
    status text not null default 'pending',
    failures smallint not null default 0,
    due_at timestamptz default now(),
    headers jsonb not null default '{}',
    attempts jsonb not null default '[]',
    created_at timestamptz not null default now(),
    constraint known_status check (status in ('pending', 'delivered', 'failed')),
    constraint pending_is_due check ((status = 'pending') = (due_at is not null)),
    constraint from_event_or_step check ((event is null) = (event_id is null))
);

create unique index webhook_deliveries_once_per_event on webhook_deliveries (webhook_id, event_id);
create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, id desc);
create index webhook_deliveries_by_status on webhook_deliveries (webhook_id, status, id desc);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, due_at) where due_at is not null;
create index webhook_deliveries_of_contact on webhook_deliveries (contact_id) where contact_id is not null;
create index webhook_deliveries_by_age on webhook_deliveries (created_at);
