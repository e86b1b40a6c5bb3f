-- depends: 0002.acts

-- The email first: thousands of them are looked for at once, and a planner that knows nothing of the
-- table yet must have no other index that it could take for as good.
drop index contacts_email;
create unique index contacts_email on contacts (lower(email), app_id) where erased_at is null;
