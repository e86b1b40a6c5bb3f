"""A span of days cut into as many pieces as a chart has room for: days, weeks, months or years."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

COLUMNS = 62
"""About two months of days, or five years of months."""
Unit = Literal["day", "week", "month", "year"]


def unit(first: date, last: date) -> Unit:
    """The smallest in which the span has no more than COLUMNS pieces."""
    days = (last - first).days + 1
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if days <= COLUMNS:
        return "day"
    if days <= (COLUMNS - 1) * 7:
        return "week"
    return "month" if months <= COLUMNS else "year"


def start(day: date, of: Unit) -> date:
    """The first day of the piece that a day is in; weeks begin on Monday."""
    if of == "week":
        return day - timedelta(days=day.weekday())
    if of == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if of == "year" else day


def starts(first: date, last: date, of: Unit) -> Iterator[date]:
    """The first days of all pieces from one day to another, both included."""
    if of in ("day", "week"):
        step = 1 if of == "day" else 7
        begin = start(first, of).toordinal()
        yield from (date.fromordinal(n) for n in range(begin, last.toordinal() + 1, step))
    elif of == "month":
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        yield from (date(n // 12, n % 12 + 1, 1) for n in months)
    else:
        yield from (date(year, 1, 1) for year in range(first.year, last.year + 1))


def named(begin: date, of: Unit) -> str:
    """What a piece is called, by its first day."""
    if of == "year":
        return str(begin.year)
    if of == "month":
        return f"{begin:%b} {begin.year}"
    return f"{'week of ' if of == 'week' else ''}{begin.day} {begin:%b} {begin.year}"
