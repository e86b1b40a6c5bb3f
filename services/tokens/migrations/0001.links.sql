-- depends:

create table scheduling_single_use_links (
    id uuid primary key,
    app_id uuid not null,
    key_id smallint not null,
    booking_link_id uuid not null,
    slug text not null,
    contact_id uuid not null,
    contact_name text not null,
    contact_email text not null,
    strict_email_match boolean not null,
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    consumed_at timestamptz,
    consumed_by_booking_id uuid,
    revoked_at timestamptz,
    expiry_noted_at timestamptz,
    channel text,
    workflow_id uuid,
    run_id uuid,
    step text,
    campaign text,
    opened_count integer not null default 0,
    first_opened_at timestamptz,
    last_opened_at timestamptz,
    constraint consumed_by_somebody check ((consumed_at is null) = (consumed_by_booking_id is null)),
    constraint consumed_or_revoked check (consumed_at is null or revoked_at is null)
);

comment on column scheduling_single_use_links.expiry_noted_at is
    'when the sweep found it expired; what is open or expired at this moment follows from expires_at alone';

create index links_of_app on scheduling_single_use_links (app_id, id desc);
create index links_of_contact on scheduling_single_use_links (app_id, contact_id, id desc);
create index links_of_booking_link on scheduling_single_use_links (app_id, booking_link_id, id desc);
create index links_of_campaign on scheduling_single_use_links (app_id, campaign, id desc)
    where campaign is not null;
create index links_open on scheduling_single_use_links (app_id, id desc)
    where consumed_at is null and revoked_at is null and expiry_noted_at is null;
create index links_expired on scheduling_single_use_links (app_id, id desc)
    where consumed_at is null and revoked_at is null and expiry_noted_at is not null;
create index links_consumed on scheduling_single_use_links (app_id, id desc)
    where consumed_at is not null;
create index links_revoked on scheduling_single_use_links (app_id, id desc)
    where revoked_at is not null;
-- In other words than the indexes above, so that what asks for it (DUE in the store) is offered no other.
create index links_to_expire on scheduling_single_use_links (expires_at)
    where coalesce(consumed_at, revoked_at, expiry_noted_at) is null and expires_at is not null;

create table mint_keys (
    app_id uuid not null,
    key text not null,
    fingerprint text not null,
    link_ids uuid[] not null,
    primary key (app_id, key)
);

create table claims (
    link_id uuid not null references scheduling_single_use_links,
    booking_id uuid not null,
    verdict text not null,
    reason text,
    claimed_at timestamptz not null default now(),
    ruled_at timestamptz,
    primary key (link_id, booking_id),
    constraint known_verdict check (verdict in ('admitted', 'consumed', 'refused', 'fenced')),
    constraint refused_for_a_reason check ((verdict = 'refused') = (reason is not null))
);

create unique index claims_consume_once on claims (link_id) where verdict = 'consumed';

create function keep_ruled_claim() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' or old.verdict <> 'admitted' then
        raise exception 'a ruled claim is never changed';
    end if;
    return new;
end
$$;

create trigger claims_are_final before update or delete on claims
    for each row execute function keep_ruled_claim();
