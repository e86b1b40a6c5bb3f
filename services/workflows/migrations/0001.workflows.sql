-- depends:

-- Apps that have been given their standard workflows; what they did with these since is theirs.
create table apps (
    id uuid primary key,
    furnished_at timestamptz not null default now()
);

-- How far each feed has been read: written with what was derived from it.
create table feeds (
    owner text primary key,
    cursor text,
    moved_at timestamptz not null default now()
);

-- Events that were taken, each once however often its feed tells it.
create table seen_events (
    id uuid primary key,
    seen_at timestamptz not null default now()
);

create index seen_events_by_age on seen_events (seen_at);

create table workflows (
    id uuid primary key,
    app_id uuid not null,
    name text not null,
    trigger text not null,
    booking_link_id uuid,
    active boolean not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    deleted_at timestamptz
);

create index workflows_of_app on workflows (app_id, id desc) where deleted_at is null;
create index workflows_triggered on workflows (app_id, trigger) where active and deleted_at is null;

-- What a workflow said at a time: runs keep the version that they began with.
create table workflow_versions (
    workflow_id uuid not null references workflows,
    version integer not null,
    condition jsonb,
    steps jsonb not null,
    primary key (workflow_id, version)
);

create table creation_keys (
    app_id uuid not null,
    key text not null,
    fingerprint text not null,
    resource_id uuid not null,
    primary key (app_id, key)
);

create index creation_keys_of_resource on creation_keys (resource_id);

create table runs (
    id uuid primary key,
    app_id uuid not null,
    workflow_id uuid not null references workflows,
    version integer not null,
    trigger text not null,
    event_id uuid not null,
    booking_id uuid,
    contact_id uuid,
    single_use_link_id uuid,
    booking_link_id uuid,
    -- What the feed told, and what a program said.
    event jsonb not null,
    data jsonb not null,
    -- How many runs led to this one, each by a link that it had made.
    depth integer not null,
    state text not null,
    step integer not null default 0,
    attempts integer not null default 0,
    due_at timestamptz,
    because text,
    created_at timestamptz not null default now(),
    finished_at timestamptz,
    foreign key (workflow_id, version) references workflow_versions,
    constraint known_state check (state in ('running', 'waiting', 'done', 'failed', 'stopped', 'skipped')),
    constraint active_is_due check ((state in ('running', 'waiting')) = (due_at is not null)),
    constraint ended_at_some_time check ((state in ('running', 'waiting')) = (finished_at is null))
);

create unique index runs_once_per_event on runs (event_id, workflow_id);
create index runs_of_workflow on runs (workflow_id, id desc);
create index runs_of_workflow_by_state on runs (workflow_id, state, id desc);
create index runs_of_app on runs (app_id, id desc);
create index runs_of_app_by_state on runs (app_id, state, id desc);
create index runs_of_contact on runs (contact_id, workflow_id, created_at) where contact_id is not null;
create index runs_due on runs (due_at) where due_at is not null;
create index runs_finished on runs (finished_at) where finished_at is not null;

-- What became of a run's steps.
create table steps_done (
    run_id uuid not null references runs on delete cascade,
    step integer not null,
    name text not null,
    type text not null,
    outcome text not null,
    detail text,
    single_use_link_id uuid,
    message_id text,
    delivery_id uuid,
    at timestamptz not null default now(),
    primary key (run_id, step)
);
