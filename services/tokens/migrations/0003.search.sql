-- depends: 0002.events

create extension if not exists btree_gin;
create extension if not exists pg_trgm;

-- The app with the words: what is frequent in another app's names costs this one nothing.
create index links_search on scheduling_single_use_links
    using gin (app_id, lower(contact_name || ' ' || contact_email) gin_trgm_ops);
-- How often a word occurs: without it, one that everybody's name holds is taken for a rare one.
create statistics links_searched on (lower(contact_name || ' ' || contact_email))
    from scheduling_single_use_links;
