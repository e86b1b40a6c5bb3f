create table if not exists letters (
    number integer primary key autoincrement,
    received_at real not null,
    sender text not null,
    recipients text not null,
    size integer not null,
    content blob not null
) strict;

create table if not exists envelopes (
    recipient text not null,
    number integer not null references letters on delete cascade,
    primary key (recipient, number)
) strict, without rowid;
create index if not exists envelopes_letter on envelopes (number);
