-- depends:

create table apps (
    id uuid primary key,
    name text not null,
    created_at timestamptz not null default now()
);

create table api_keys (
    id uuid primary key,
    app_id uuid not null references apps,
    key_id smallint not null,
    name text,
    created_at timestamptz not null default now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);

create index api_keys_of_app on api_keys (app_id, id desc) where revoked_at is null;

create table creation_keys (
    app_id uuid not null,
    key text not null,
    fingerprint text not null,
    api_key_id uuid not null,
    primary key (app_id, key)
);

create index creation_keys_of_api_key on creation_keys (api_key_id);
