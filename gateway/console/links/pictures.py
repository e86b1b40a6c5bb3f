"""What became of the links that are filtered, drawn; the list does not wait long for it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from gateway.console import figures
from gateway.console.charts import booked, funnel
from gateway.console.links.filters import Filters
from gateway.site import Site
from shared import deadline
from shared.contracts.figures import LinkTally
from shared.contracts.tokens import LinkFilter
from shared.errors import Refusal

SECONDS = 1.5
DAYS = 30


class Pictures(Struct, frozen=True):
    """Of all links that match, whatever their status; over time, from `first` to `last`."""

    tally: LinkTally
    at_least: bool
    funnel: Markup
    over_time: list[Markup]
    first: date
    last: date


async def of(
    site: Site, app_id: UUID, asked: Filters, wanted: LinkFilter, zone: str, titles: Mapping[UUID, str]
) -> Pictures | None:
    """None when counting takes too long, or a piece is away: the list is worth showing without."""
    try:
        async with deadline.within(SECONDS):
            links, bookings = await figures.count(site, app_id, replace(wanted, status=None), zone)
    except Refusal:
        return None
    last = asked.until or datetime.now(ZoneInfo(zone)).date()
    first = asked.since or last - timedelta(days=DAYS - 1)
    over_time = []
    if bookings is not None:
        over_time = [booked.by_campaign(bookings, first, last)]
        if len(bookings.booking_links) > 1:
            over_time.append(booked.by_booking_link(bookings, titles, first, last))
    drawn = funnel.draw(links.total, links.at_least)
    return Pictures(links.total, links.at_least, drawn, over_time, first, last)
