-- depends: 0002.action-links

create table users (
    id uuid primary key,
    app_id uuid not null references apps,
    name text not null,
    email text not null,
    created_at timestamptz not null default now()
);

create unique index users_by_email on users (app_id, lower(email));

create table sessions (
    id uuid primary key,
    user_id uuid not null references users,
    app_id uuid not null references apps,
    key_id smallint not null,
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at timestamptz
);

create index sessions_of_user on sessions (user_id) where ended_at is null;
create index sessions_by_end on sessions (expires_at);

create table sign_in_codes (
    id uuid primary key,
    user_id uuid not null references users,
    key_id smallint not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    spent_at timestamptz,
    session_id uuid
);

create index sign_in_codes_by_end on sign_in_codes (expires_at);

comment on column sign_in_codes.session_id is
    'the session it was spent for, so that a transaction whose commit was in doubt finds its own work';
