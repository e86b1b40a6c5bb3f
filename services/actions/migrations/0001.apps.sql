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
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create index api_keys_of_app on api_keys (app_id, id desc);
