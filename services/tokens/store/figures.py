"""SQL that counts links: what became of them, by day, campaign and booking link, in one pass."""

from uuid import UUID

import asyncpg

from services.tokens.store.links import newest
from shared.contracts.figures import (
    DAYS,
    LARGEST,
    CountLinks,
    LinkFigures,
    LinksOfBookingLink,
    LinksOfCampaign,
    LinksOfDay,
    LinkTally,
)
from shared.postgres import Connection

_TOTAL, _BY_DAY, _BY_CAMPAIGN, _BY_BOOKING_LINK = 7, 3, 5, 6
"""What `grouping(day, campaign, booking_link_id)` is where these are told apart."""


class UnknownZone(Exception):
    """PostgreSQL knows no time zone of that name."""


async def count(conn: Connection, app_id: UUID, wanted: CountLinks, most: int) -> LinkFigures:
    """What became of the links that match, of the newest `most` of them."""
    rows, values = newest(app_id, wanted, None, most)
    try:
        found = await conn.fetch(_counting(rows, f"${len(values) + 1}"), *values, wanted.timezone)
    except asyncpg.InvalidParameterValueError:
        raise UnknownZone from None
    [total] = _of(found, _TOTAL)
    return LinkFigures(
        _tally(total),
        [LinksOfDay(row["day"], _tally(row)) for row in _of(found, _BY_DAY)],
        [LinksOfCampaign(row["campaign"], _tally(row)) for row in _of(found, _BY_CAMPAIGN)],
        [LinksOfBookingLink(row["booking_link_id"], _tally(row)) for row in _of(found, _BY_BOOKING_LINK)],
        total["minted"] >= most,
    )


def _counting(rows: str, zone: str) -> str:
    """SQL that counts these links in every way at once; a day is one of the zone."""
    return f"""
        with tallied as (
            select grouping(day, campaign, booking_link_id) as kind, day, campaign, booking_link_id,
                count(*) as minted,
                count(*) filter (where coalesce(first_opened_at, consumed_at) is not null) as opened,
                count(*) filter (where unspent and not late) as open, count(consumed_at) as consumed,
                count(*) filter (where unspent and late) as expired, count(revoked_at) as revoked
            from (
                select *, (created_at at time zone {zone})::date as day,
                    consumed_at is null and revoked_at is null as unspent,
                    coalesce(expires_at <= now(), false) as late
                from ({rows}) as found) as links
            group by grouping sets ((), (day), (campaign), (booking_link_id))),
        ranked as (
            select *, row_number() over (
                partition by kind order by day desc, minted desc, campaign, booking_link_id) as place
            from tallied)
        select kind, day, campaign, booking_link_id, minted, opened, open, consumed, expired, revoked
        from ranked where place <= case when day is null then {LARGEST} else {DAYS} end
        order by kind, day, place"""


def _of(rows: list[asyncpg.Record], kind: int) -> list[asyncpg.Record]:
    return [row for row in rows if row["kind"] == kind]


def _tally(row: asyncpg.Record) -> LinkTally:
    return LinkTally(*row[4:])
