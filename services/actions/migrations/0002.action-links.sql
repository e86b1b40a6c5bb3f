-- depends: 0001.apps

alter table apps
    add column redirect_origins text[] not null default '{}',
    add column action_links_on_open text not null default 'ask'
        check (action_links_on_open in ('ask', 'act'));

create table action_link_keys (
    app_id uuid not null,
    key text not null,
    fingerprint text not null,
    primary key (app_id, key)
);
