-- depends: 0001.bookings

-- What was done to a booking, once for every nonce: an action link's, or one made for a single request.
create table acts (
    booking_id uuid not null references bookings,
    action text not null,
    nonce text not null,
    start_at timestamptz,
    to_state text not null,
    at timestamptz not null default clock_timestamp(),
    primary key (booking_id, action, nonce)
);

create index bookings_to_decline on bookings (start_at) where state = 'tentative';
