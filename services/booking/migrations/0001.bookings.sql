-- depends:

create extension if not exists btree_gist;
create extension if not exists pg_trgm;

create table hosts (
    id uuid primary key,
    app_id uuid not null,
    name text not null,
    email text not null,
    created_at timestamptz not null default now()
);

create unique index hosts_email on hosts (app_id, lower(email));

create table booking_links (
    id uuid primary key,
    app_id uuid not null,
    host_id uuid not null references hosts,
    slug text not null,
    settings jsonb not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

comment on column booking_links.settings is
    'title, times, questions, branding and so on: always read and written whole';

create index booking_links_of_app on booking_links (app_id, id desc);
create index booking_links_of_host on booking_links (host_id);

-- Every slug ever used, so that a former one redirects and is never given to another.
create table slugs (
    slug text primary key,
    booking_link_id uuid not null references booking_links on delete cascade
);

create index slugs_of_booking_link on slugs (booking_link_id);

create table contacts (
    id uuid primary key,
    app_id uuid not null,
    name text not null,
    email text not null,
    phone text,
    external_ref text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    erased_at timestamptz,
    -- When tokens is to be told (again) that this contact is erased.
    tell_tokens_at timestamptz
);

create unique index contacts_email on contacts (app_id, lower(email)) where erased_at is null;
create index contacts_of_app on contacts (app_id, id desc) where erased_at is null;
create index contacts_search on contacts
    using gin (lower(name || ' ' || email || ' ' || coalesce(external_ref, '')) gin_trgm_ops)
    where erased_at is null;
-- How often a word occurs: without it, one that everybody's name holds is taken for a rare one.
create statistics contacts_searched on (lower(name || ' ' || email || ' ' || coalesce(external_ref, '')))
    from contacts;
create index contacts_to_tell on contacts (tell_tokens_at) where tell_tokens_at is not null;

create table creation_keys (
    app_id uuid not null,
    key text not null,
    fingerprint text not null,
    resource_id uuid not null,
    primary key (app_id, key)
);

create index creation_keys_of_resource on creation_keys (resource_id);

create table bookings (
    id uuid primary key,
    app_id uuid not null,
    host_id uuid not null references hosts,
    booking_link_id uuid not null references booking_links,
    graph text not null,
    state text not null,
    toward text not null,
    start_at timestamptz not null,
    end_at timestamptz not null,
    busy tstzrange not null,
    timezone text not null,
    customer_name text not null,
    customer_email text not null,
    answers jsonb not null,
    contact_id uuid,
    single_use_link_id uuid,
    source jsonb,
    status_key_id smallint not null,
    key_scope text,
    key text,
    fingerprint text,
    failed_because text,
    settle_at timestamptz,
    settle_attempts integer not null default 0,
    confirmed_at timestamptz,
    completed_at timestamptz,
    no_show_at timestamptz,
    rescheduled_from uuid references bookings,
    rescheduled_to uuid references bookings,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint ends_after_start check (end_at > start_at),
    constraint failed_for_a_reason check ((state = 'failed') = (failed_because is not null)),
    constraint settling_is_due check ((state = 'confirming') = (settle_at is not null))
);

-- A host is in one meeting at a time, whichever booking link it came from.
alter table bookings add constraint one_meeting_at_a_time
    exclude using gist (host_id with =, busy with &&)
    where (state in ('confirming', 'pending_payment', 'tentative', 'confirmed', 'completed'));

-- One booking per single-use link that is under way or was ever confirmed; what a reschedule
-- makes of it counts as the same one.
create unique index one_booking_per_link on bookings (single_use_link_id)
    where single_use_link_id is not null and rescheduled_from is null
      and (state in ('confirming', 'pending_payment', 'tentative') or confirmed_at is not null);

-- A failed booking has let go of its idempotency key.
create unique index one_booking_per_key on bookings (app_id, key_scope, key)
    where key is not null and state <> 'failed';

create index bookings_of_app on bookings (app_id, id desc);
create index bookings_of_contact on bookings (app_id, contact_id, id desc);
create index bookings_of_booking_link on bookings (app_id, booking_link_id, id desc);
create index bookings_of_app_by_state on bookings (app_id, state, id desc);
create index bookings_of_app_by_start on bookings (app_id, start_at);
create index bookings_of_customer on bookings (app_id, lower(customer_email));
create index bookings_of_host on bookings (host_id);
create index bookings_rescheduled_from on bookings (rescheduled_from) where rescheduled_from is not null;
create index bookings_rescheduled_to on bookings (rescheduled_to) where rescheduled_to is not null;
-- The second condition is always true, and keeps lists of one app's bookings off this index of all apps.
create index bookings_to_complete on bookings (end_at) where state = 'confirmed' and completed_at is null;
create index bookings_to_settle on bookings (settle_at) where state = 'confirming';

create table transitions (
    id bigint generated always as identity primary key,
    booking_id uuid not null references bookings,
    from_state text,
    to_state text not null,
    action text not null,
    actor text not null,
    at timestamptz not null default clock_timestamp()
);

create index transitions_of_booking on transitions (booking_id, id);
