"""A booking's row as it is read: what all may see, and what only this service needs."""

from typing import get_args
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from shared.contracts.booking_links import Graph, Host
from shared.contracts.bookings import Booking, Customer, Payment, State
from shared.contracts.tokens import Source

MARGIN = "1 hour"
"""Money that can be captured for less than this is not relied on."""

COLUMNS = f"""b.id, b.app_id, b.status_key_id, b.fingerprint, b.failed_because, b.toward, b.state, b.graph,
    b.booking_link_id, h.name, h.email, b.start_at, b.end_at, b.timezone, b.customer_name, b.customer_email,
    b.answers, b.contact_id, b.single_use_link_id, b.source, b.no_show_at, b.rescheduled_from,
    b.rescheduled_to, b.completed_at, b.created_at, b.updated_at,
    b.start_at <= now()
        or coalesce(p.status = 'authorised' and p.lapses_at <= now() + interval '{MARGIN}', false),
    b.host_id, p.id, p.status, p.amount, p.currency, p.checkout_url, p.expires_at"""
JOINS = "join hosts h on h.id = b.host_id left join payments p on p.id = b.payment_id"
FROM = f"bookings b {JOINS}"

_GRAPHS: dict[str, Graph] = {name: name for name in get_args(Graph)}


class StoredBooking(Struct, frozen=True):
    """A booking's row.

    `passed`: it can no longer be confirmed, for its start has passed or its money is about to lapse.
    """

    app_id: UUID
    host_id: UUID
    status_key_id: int
    fingerprint: str | None
    failed_because: str | None
    toward: State
    passed: bool
    payment_id: UUID | None
    booking: Booking


def stored(row: asyncpg.Record | None) -> StoredBooking:
    """A row in the order of COLUMNS."""
    assert row is not None  # noqa: S101  every caller asked for one that is there
    booking = Booking(
        id=row[0],
        state=row[6],
        graph=_GRAPHS[row[7]],
        booking_link_id=row[8],
        host=Host(row[9], row[10]),
        start=row[11],
        end=row[12],
        timezone=row[13],
        customer=Customer(row[14], row[15]),
        answers=msgspec.json.decode(row[16]),
        contact_id=row[17],
        single_use_link_id=row[18],
        source=None if row[19] is None else msgspec.json.decode(row[19], type=Source),
        payment=_payment(row),
        no_show_at=row[20],
        rescheduled_from=row[21],
        rescheduled_to=row[22],
        completed_at=row[23],
        created_at=row[24],
        updated_at=row[25],
    )
    return StoredBooking(row[1], row[27], row[2], row[3], row[4], row[5], row[26], row[28], booking)


def _payment(row: asyncpg.Record) -> Payment | None:
    """What the visitor may know of it; the address to pay at only as long as that is of use."""
    if row[28] is None:
        return None
    waiting = row[6] == "pending_payment"
    return Payment(row[29], row[30], row[31], row[32] if waiting else None, row[33])
