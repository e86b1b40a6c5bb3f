"""SQL that counts bookings by what they have become: by day, campaign and booking link, in one pass."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

import asyncpg

from shared.contracts.figures import (
    DAYS,
    LARGEST,
    BookingFigures,
    BookingsOfBookingLink,
    BookingsOfCampaign,
    BookingsOfDay,
    BookingTally,
    CountBookings,
)
from shared.ids import first_id
from shared.postgres import Connection
from shared.where import Where

_SKEW = 3600.0
"""Ids are made by the service's clock, created_at by the database's; seconds they never differ by."""

_TOTAL, _BY_DAY, _BY_CAMPAIGN, _BY_BOOKING_LINK = 7, 3, 5, 6
"""What `grouping(day, campaign, booking_link_id)` is where these are told apart."""
_WITH_DAY = 4
"""So much less it is where days are told apart besides."""


class UnknownZone(Exception):
    """PostgreSQL knows no time zone of that name."""


async def count(conn: Connection, app_id: UUID, wanted: CountBookings, most: int) -> BookingFigures:
    """What the bookings that match have become, the newest `most` of them."""
    where = _condition(app_id, wanted)
    statement = _counting(where, where.value(most), where.value(wanted.timezone))
    try:
        rows = await conn.fetch(statement, *where.values)
    except asyncpg.InvalidParameterValueError:
        raise UnknownZone from None
    [total] = _of(rows, _TOTAL)
    campaigns = _days(_of(rows, _BY_CAMPAIGN - _WITH_DAY), "campaign")
    pages = _days(_of(rows, _BY_BOOKING_LINK - _WITH_DAY), "booking_link_id")
    return BookingFigures(
        _tally(total),
        [BookingsOfDay(row["day"], _tally(row)) for row in _of(rows, _BY_DAY)],
        [
            BookingsOfCampaign(row["campaign"], _tally(row), campaigns[row["campaign"]])
            for row in _of(rows, _BY_CAMPAIGN)
        ],
        [
            BookingsOfBookingLink(row["booking_link_id"], _tally(row), pages[row["booking_link_id"]])
            for row in _of(rows, _BY_BOOKING_LINK)
        ],
        total["made"] >= most,
    )


def _counting(where: Where, most: str, zone: str) -> str:
    """SQL that counts these bookings in every way at once; a day is one of the zone."""
    # A moved booking is what the last of its chain is. OFFSET 0 has each look-up use the primary key.
    return f"""
        with recursive made as materialized (
            select id, state, rescheduled_to, booking_link_id, source->>'campaign' as campaign,
                (created_at at time zone {zone})::date as day
            from bookings where {where} order by app_id, id desc limit {most}),
        moved (root, state, next) as (
            select id, state, rescheduled_to from made where rescheduled_to is not null
            union all
            select root, b.state, b.rescheduled_to
            from moved cross join lateral (select * from bookings where id = next offset 0) as b),
        meetings as (
            select day, campaign, booking_link_id, coalesce(last.state, made.state) as state
            from made left join (select * from moved where next is null) as last on last.root = made.id),
        tallied as (
            select grouping(day, campaign, booking_link_id) as kind, day, campaign, booking_link_id,
                count(*) as made,
                count(*) filter (where state in ('confirmed', 'completed')) as standing,
                count(*) filter (where state in ('confirming', 'pending_payment', 'tentative')) as waiting,
                count(*) filter (where state in ('cancelled', 'cancelled_by_customer')) as cancelled,
                count(*) filter (where state in ('declined', 'unpaid', 'failed')) as lapsed
            from meetings
            group by grouping sets (
                (), (day), (campaign), (booking_link_id), (day, campaign), (day, booking_link_id))),
        sized as (
            select *, sum(made) over (partition by kind, campaign, booking_link_id) as size from tallied),
        ranked as (
            select *, dense_rank() over (partition by kind order by day desc) as age,
                dense_rank() over (partition by kind order by size desc, campaign, booking_link_id) as place
            from sized)
        select kind, day, campaign, booking_link_id, standing, waiting, cancelled, lapsed, made
        from ranked where age <= {DAYS} and place <= {LARGEST}
        order by kind, place, day"""


def _condition(app_id: UUID, wanted: CountBookings) -> Where:
    where = Where()
    where.of_app("app_id", app_id)
    where.add("rescheduled_from is null")
    where.add_if("booking_link_id = {}", wanted.booking_link_id)
    where.add_if("contact_id = {}", wanted.contact_id)
    where.add_if("source->>'campaign' = {}", wanted.campaign)
    if wanted.created_from is not None:
        where.add("created_at >= {} and id >= {}", wanted.created_from, first_id(wanted.created_from, -_SKEW))
    if wanted.created_to is not None:
        where.add("created_at < {} and id < {}", wanted.created_to, first_id(wanted.created_to, _SKEW))
    return where


def _days(rows: Iterable[asyncpg.Record], name: str) -> dict[object, list[BookingsOfDay]]:
    """The days of each campaign or booking link, in their order."""
    days: dict[object, list[BookingsOfDay]] = defaultdict(list)
    for row in rows:
        days[row[name]].append(BookingsOfDay(row["day"], _tally(row)))
    return days


def _of(rows: list[asyncpg.Record], kind: int) -> list[asyncpg.Record]:
    return [row for row in rows if row["kind"] == kind]


def _tally(row: asyncpg.Record) -> BookingTally:
    return BookingTally(*row[4:8])
