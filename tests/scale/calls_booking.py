"""Every function of the booking store, called as the service calls it."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import asyncpg
from msgspec.structs import replace

from services.booking.payments.provider import Checkout
from services.booking.rules import Span, Template
from services.booking.store import (
    acts,
    booking_links,
    bookings,
    briefings,
    contacts,
    due,
    events,
    figures,
    holders,
    keys,
    payments,
    successors,
    transitions,
)
from services.booking.store.bookings import Keyed
from shared.contracts.booking_links import BookingLinkFields, Host, PageQuery, Schedule
from shared.contracts.bookings import Book, BookingQuery, State
from shared.contracts.contacts import ContactFields, ContactQuery, InlineContact
from shared.contracts.figures import CountBookings
from shared.contracts.values import Once
from shared.ids import new_id
from tests.scale.calls import Calls, events_of
from tests.scale.rows import LARGE, SMALL, some

NOW = datetime.now(UTC)
STATES: tuple[State | None, ...] = (None, "confirmed", "completed", "failed", "confirming", "declined")
STARTS = (
    (None, None),
    (NOW - timedelta(days=200), NOW - timedelta(days=199)),
    (NOW - timedelta(days=200), NOW - timedelta(days=200, hours=-1)),
    (NOW, None),
    (None, NOW - timedelta(days=290)),
    (NOW + timedelta(days=600), None),
)
_STARTING = """
    select count(*) from bookings
    where start_at >= coalesce($1::timestamptz, '-infinity')
      and start_at < coalesce($2::timestamptz, 'infinity')"""
FIELDS = BookingLinkFields(
    title="Intro call", slug="fresh", host=Host("Dana Reyes", "new@example.com"), schedule=Schedule("UTC", {})
)


async def calls(conn: "asyncpg.Connection[asyncpg.Record]") -> Calls:
    """What to call, with ids that are there."""
    made = Calls()
    await _booking_links(conn, made)
    await _contacts(conn, made)
    await _bookings(conn, made)
    some_bookings = await conn.fetch("select id from bookings where app_id = $1 limit 200", LARGE)
    made.add(transitions.list_, [row["id"] for row in some_bookings])
    await _figures(conn, made)
    await _acts(conn, made)
    once = Once("key of now", "body")
    made.add(keys.claim, LARGE, once, new_id())
    made.add(keys.claim, LARGE, Once("key 777", "body"), new_id())
    made.add(keys.forget, await conn.fetchval("select resource_id from creation_keys limit 1"))
    made.add(due.take_unsettled, 20)
    made.add(due.complete_past, 500)
    made.add(due.decline_unanswered, 500)
    made.add(due.decline_lapsing, 500)
    await _payments(conn, made)
    await events_of(conn, made, events)
    made.add(holders.list_link_holders, some("link", 7), None, 500)
    made.add(holders.list_link_holders, some("link", 7), some("link", 8), 500)
    made.add(holders.list_paid, await conn.fetchval("select id from payments offset 1000 limit 1"), 500)
    return made


async def _booking_links(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    page = await conn.fetchrow("select * from booking_links where app_id = $1 limit 1", LARGE)
    assert page is not None
    made.add(booking_links.put_host, new_id(), LARGE, Host("Dana Reyes", "dana-77@example.com"))
    made.add(booking_links.insert, new_id(), LARGE, page["host_id"], FIELDS)
    made.add(booking_links.update, page["id"], page["host_id"], FIELDS)
    for slug in ("never-used", page["slug"], "page-78"):
        made.add(booking_links.take_slug, slug, page["id"])
    for lock in (False, True):
        made.add(booking_links.get, LARGE, page["id"], lock)
        made.add(booking_links.by_slug, page["slug"], lock)
        made.add(booking_links.by_id, LARGE, page["id"], lock)
    for app_id, before in product((LARGE, SMALL), (None, page["id"])):
        made.add(booking_links.list_, app_id, PageQuery(50, before))
    for without in (None, new_id()):
        made.add(booking_links.list_busy, page["host_id"], NOW - timedelta(days=40), NOW, without)


_SAMPLED = """
    select split_part((histogram_bounds::text::text[])[50], ' ', 4)
    from pg_stats_ext_exprs where statistics_name = 'contacts_searched'"""


async def _contacts(conn: "asyncpg.Connection[asyncpg.Record]", made: Calls) -> None:
    known = "select * from contacts where app_id = $1 and erased_at is null limit 1000"
    rows = await conn.fetch(known, LARGE)
    ids = [row["id"] for row in rows]
    fields = ContactFields("Mei Tanaka", "mei@example.com")
    made.add(contacts.insert, new_id(), LARGE, fields)
    made.add(contacts.update, ids[0], LARGE, fields)
    made.add(contacts.get, LARGE, ids[0])
    made.add(contacts.get, LARGE, ids[0], True)
    for some_rows in (rows[:1], rows):
        inline = [InlineContact("Mei Tanaka", row["email"]) for row in some_rows]
        fresh = [InlineContact("Mei Tanaka", f"new-{row['email']}") for row in some_rows]
        new_ids = [new_id() for _ in inline]
        made.add(contacts.put_many, LARGE, new_ids, inline)
        made.add(contacts.put_many, LARGE, new_ids, fresh)
        made.add(contacts.get_many, LARGE, [row["id"] for row in some_rows])
    # The one contact that statistics know stands for a hundredth of all to the planner.
    sampled = await conn.fetchval(_SAMPLED)
    # What has no three letters in a row has no trigram and is looked for contact by contact.
    words = (None, "amara-4711@", "Okafor 99", "crm:777", "nobody is called so", "okafor", "100%", sampled)
    for q, before, app_id in product(words, (None, ids[500]), (LARGE, SMALL)):
        made.add(contacts.list_, app_id, ContactQuery(50, before, q))
    made.add(contacts.erase, LARGE, ids[3])
    made.add(contacts.put_off_telling, ids[3], timedelta(minutes=1))
    made.add(contacts.take_untold, 20)


async def _bookings(conn: Any, made: Calls) -> None:
    row = await conn.fetchrow(
        "select * from bookings where app_id = $1 and state = 'completed' and key is not null limit 1", LARGE
    )
    assert row is not None
    host = Host("Dana Reyes", "dana@example.com")
    page = Template(row["booking_link_id"], LARGE, row["host_id"], host, "page", FIELDS, NOW, NOW)
    times = Span(*(NOW + timedelta(days=400, minutes=minutes) for minutes in (0, 30, 0, 30)))
    once = Once("key of now", "body")
    book = Book(times.start, "UTC", "Amara", "amara@example.com")
    customer = row["contact_id"]
    made.add(
        bookings.insert,
        *(
            new_id(),
            page,
            book,
            times,
            "confirmed",
            "confirmed",
            1,
            Keyed("app", once),
            customer,
            "api",
            None,
        ),
    )
    made.add(bookings.move, row["id"], "completed", "cancelled", "cancel", "api")
    made.add(bookings.settle, row["id"], "confirmed", "failed", "link_revoked")
    made.add(bookings.await_verdict, row["id"], "completed", "confirmed", "confirm", "host")
    made.add(bookings.get, row["id"])
    made.add(briefings.first, row["id"])
    made.add(bookings.by_key, LARGE, Keyed("app", Once(row["key"], "body")))
    made.add(bookings.link_holder, some("link", 11))
    made.add(bookings.mark_no_show, LARGE, row["id"], True)
    made.add(bookings.erase_customer, LARGE, customer, row["customer_email"])
    for state, link, person, days in product(
        STATES,
        (None, row["booking_link_id"]),
        (None, customer),
        STARTS,
    ):
        if state == "completed" and days == (NOW, None):
            continue  # What is over and yet to come.
        first = BookingQuery(50, None, state, link, person, *days)
        # What starts in the range is what may be looked at.
        most = 3 * await conn.fetchval(_STARTING, *days) if days != (None, None) else 0
        for app_id in (LARGE, SMALL):
            made.add(bookings.list_, app_id, first, most=most)
            found = await bookings.list_(conn, app_id, first)
            if len(found) > 50:
                made.add(bookings.list_, app_id, replace(first, before=found[49].booking.id), most=most)


async def _figures(conn: Any, made: Calls) -> None:
    row = await conn.fetchrow("select * from bookings where app_id = $1 limit 1", LARGE)
    days = ((None, None), (NOW - timedelta(days=200), NOW - timedelta(days=199)))
    for app_id, page, person, between in product(
        (LARGE, SMALL), (None, row["booking_link_id"]), (None, row["contact_id"]), days
    ):
        made.add(figures.count, app_id, CountBookings(page, person, None, *between), 1000)
    month = CountBookings(None, None, "spring", NOW - timedelta(days=230), NOW - timedelta(days=200))
    most = await conn.fetchval(
        "select count(*) from bookings where created_at >= $1 and created_at < $2",
        month.created_from,
        month.created_to,
    )
    made.add(figures.count, LARGE, month, 1000, most=2 * most)


async def _payments(conn: Any, made: Calls) -> None:
    found = "select id from payments where status = $1 limit 1"
    pending, captured = [await conn.fetchval(found, status) for status in ("pending", "captured")]
    new = payments.NewPayment(
        id=new_id(),
        provider="sandbox",
        amount=4000,
        currency="EUR",
        title="Intro call",
        customer_email="amara@example.com",
        return_url="https://bookonce.example/",
        expires_at=NOW,
        session_ends=NOW,
    )
    made.add(payments.insert, new)
    made.add(payments.get, captured)
    made.add(payments.lock, captured)
    made.add(payments.change, captured, "captured", "capture_failed")
    made.add(payments.opened, pending, Checkout("session of now", "https://pay.example/"))
    made.add(payments.take_due, 20)
    made.add(payments.take_to_look, pending)
    made.add(payments.take_hint, "sandbox", "event of now")
    made.add(payments.take_hint, "sandbox", "event 8")
    for payment_id, session_id in ((pending, None), (None, "session 400")):
        made.add(payments.hinted, "sandbox", payment_id, session_id)
    made.add(payments.forget_hints)
    row = await conn.fetchrow(
        "select * from bookings where app_id = $1 and payment_id is not null limit 1", LARGE
    )
    made.add(payments.erase_customer, LARGE, row["contact_id"], row["customer_email"])


async def _acts(conn: Any, made: Calls) -> None:
    found = "select id from bookings where app_id = $1 and state = $2 limit 1"
    cancelled, completed = [await conn.fetchval(found, LARGE, state) for state in ("cancelled", "completed")]
    for booking_id in (cancelled, completed):
        made.add(acts.lock, booking_id)
        made.add(acts.lock_host, booking_id)
        made.add(acts.get, booking_id, "cancel", "")
        made.add(acts.get_subject, booking_id)
    made.add(acts.record, completed, "reschedule", "fresh", "rescheduled", NOW)
    times = Span(*(NOW + timedelta(days=500, minutes=minutes) for minutes in (0, 30, 0, 30)))
    made.add(successors.insert, completed, new_id(), times, 1, "reschedule", "api")
    made.add(successors.follow, completed, completed)
