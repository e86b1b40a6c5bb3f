-- depends: 0001.workflows

-- Contacts who want no more mails that programs set off; those about their bookings are sent all the same.
create table unsubscribed (
    app_id uuid not null,
    contact_id uuid not null,
    at timestamptz not null default now(),
    primary key (app_id, contact_id)
);
