"""Which campaign, or which booking link, the bookings came from, over time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from markupsafe import Markup

from gateway.console.charts import lettering, over_time
from gateway.console.charts.over_time import Column, Line
from shared.contracts.figures import BookingFigures, BookingsOfDay, BookingTally

APART = 5
"""So many are drawn apart; the others together."""
_NAME = 240
"""The room for a name in a title."""


def by_campaign(found: BookingFigures, first: date, last: date) -> Markup:
    """Bookings made from one day to another, both included."""
    named = [(one.campaign, _columns(one.days)) for one in found.campaigns]
    return _drawn(found, named, ("Without a campaign", "All other campaigns"), first, last)


def by_booking_link(found: BookingFigures, titles: Mapping[UUID, str], first: date, last: date) -> Markup:
    """The same by booking link; those whose title is not known are called so."""
    named = [(titles.get(one.booking_link_id), _columns(one.days)) for one in found.booking_links]
    return _drawn(found, named, ("A booking link without a title", "All other booking links"), first, last)


def _drawn(
    found: BookingFigures,
    named: Sequence[tuple[str | None, list[Column]]],
    unnamed: tuple[str, str],
    first: date,
    last: date,
) -> Markup:
    lines = [(name, _within(columns, first, last)) for name, columns in named]
    apart = lines if len(lines) <= APART + 1 else lines[:APART]
    rest = _without(_within(_columns(found.days), first, last), [columns for _, columns in apart])
    drawn = [Line(unnamed[0] if name is None else name, columns) for name, columns in apart]
    if rest:
        drawn.append(Line(unnamed[1], rest))
    names = [Line(name, columns) for name, columns in apart if name is not None]
    return over_time.draw(_title(drawn, names, found.at_least), drawn, first, last)


def _title(drawn: Sequence[Line], named: Sequence[Line], at_least: bool) -> str:
    """What the picture shows: who brought the most, or how many there are."""
    total = sum(line.total for line in drawn)
    of = f"{'the newest ' if at_least else ''}{total:,} {'booking' if total == 1 else 'bookings'}"
    largest = max(named, key=lambda line: line.total, default=None)
    if largest is None or len(drawn) == 1:
        return of[0].upper() + of[1:]
    return f"“{lettering.fitted(largest.name, _NAME)}” brought {largest.total:,} of {of}"


def _without(whole: Iterable[Column], parts: Iterable[Iterable[Column]]) -> list[Column]:
    """What is left of the whole, day by day, when some parts are taken out of it."""
    told: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for day, kept, lost in (column for part in parts for column in part):
        told[day][0] += kept
        told[day][1] += lost
    left = [Column(day, kept - told[day][0], lost - told[day][1]) for day, kept, lost in whole]
    return [column for column in left if column.kept or column.lost]


def _within(columns: Iterable[Column], first: date, last: date) -> list[Column]:
    return [column for column in columns if first <= column.day <= last]


def _columns(days: Iterable[BookingsOfDay]) -> list[Column]:
    return [Column(one.day, _kept(one.tally), one.tally.cancelled + one.tally.lapsed) for one in days]


def _kept(tally: BookingTally) -> int:
    return tally.standing + tally.waiting
