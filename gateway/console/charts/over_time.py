"""Bookings over time, one line of columns below the other: each named where it is drawn, all to one scale."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from markupsafe import Markup

from gateway.console.charts import calendar_units, lettering
from gateway.console.charts.calendar_units import Unit
from gateway.console.charts.drawing import (
    LINE,
    NARROW,
    WIDE,
    Table,
    bar,
    bars,
    figure,
    label,
    picture,
    sentence,
)

PLOT, GAP = 44, 14
"""How high the tallest column is, and how far one line is from the next."""
_STEP = LINE + PLOT + GAP
_THICKEST = 28


class Column(NamedTuple):
    """A day's bookings: those that stand or wait, and those cancelled or lapsed."""

    day: date
    kept: int
    lost: int


class Line(NamedTuple):
    name: str
    columns: Sequence[Column]

    @property
    def total(self) -> int:
        return sum(map(_size, self.columns))


class _Axis(NamedTuple):
    unit: Unit
    places: dict[date, int]
    """Where each piece of time stands, from the left."""


def draw(title: str, lines: Sequence[Line], first: date, last: date) -> Markup:
    """Columns from one day to another, both included, for every line; `title` says what they show."""
    if not any(line.total for line in lines):
        return sentence("No bookings in this time.")
    unit = calendar_units.unit(first, last)
    starts = calendar_units.starts(first, last, unit)
    axis = _Axis(unit, {begin: place for place, begin in enumerate(starts)})
    summed = [Line(line.name, _by_unit(line, unit)) for line in lines]
    said = ", ".join(f"{lettering.fitted(line.name, WIDE)} {line.total:,}" for line in summed)
    height = len(lines) * _STEP + LINE
    pictures = [
        picture(width, height, f"{title}. {said}.", _drawn(summed, axis, width)) for width in (NARROW, WIDE)
    ]
    return figure(title, pictures, _table(summed, axis), _legend(summed, unit))


def _by_unit(line: Line, unit: Unit) -> list[Column]:
    sums: dict[date, tuple[int, int]] = {}
    for day, kept, lost in line.columns:
        begin = calendar_units.start(day, unit)
        before = sums.get(begin, (0, 0))
        sums[begin] = (before[0] + kept, before[1] + lost)
    return [Column(begin, *sums[begin]) for begin in sorted(sums)]


def _drawn(lines: Sequence[Line], axis: _Axis, width: int) -> Iterator[Element]:
    most = max(_size(column) for line in lines for column in line.columns)
    room = min(width / 2, max(lettering.width(f"{line.total:,}") for line in lines) + LINE)
    for place, line in enumerate(lines):
        y = place * _STEP
        yield label("chart-name", line.name, 0, y, width - room)
        yield label("chart-value", f"{line.total:,}", width - room, y, room, anchor="end")
        yield from _columns(line, axis, y + LINE + PLOT, width, PLOT / most)
        yield bar("chart-base", 0, y + LINE + PLOT, width, 1)
    yield from _ends(axis, len(lines) * _STEP - GAP / 2, width)


def _columns(line: Line, axis: _Axis, base: float, width: int, unit: float) -> Iterator[Element]:
    slot = width / len(axis.places)
    thick = min(slot * 0.8, _THICKEST)
    left = (slot - thick) / 2
    placed = [
        (axis.places[begin] * slot + left, kept * unit, lost * unit) for begin, kept, lost in line.columns
    ]
    yield bars("chart-mark", [(x, base, thick, kept) for x, kept, _ in placed if kept])
    yield bars("chart-lost", [(x, base - kept, thick, lost) for x, kept, lost in placed if lost])


def _ends(axis: _Axis, y: float, width: int) -> Iterator[Element]:
    begins = list(axis.places)
    yield label("chart-tick", calendar_units.named(begins[0], axis.unit), 0, y, width / 2)
    if len(begins) > 1:
        name = calendar_units.named(begins[-1], axis.unit)
        yield label("chart-tick", name, width / 2, y, width / 2, anchor="end")


def _legend(lines: Sequence[Line], unit: Unit) -> Element:
    """What the colours mean, and how many bookings the tallest column is."""
    whole = Element("p", {"class": "chart-legend"})
    for kind, words in (("kept", "confirmed or waiting"), ("lost", "cancelled or lapsed")):
        SubElement(whole, "span", {"class": f"chart-key chart-key-{kind}"}).text = words
    tallest = max((column for line in lines for column in line.columns), key=_size)
    named = calendar_units.named(tallest.day, unit)
    SubElement(whole, "span").text = f"tallest column: {_size(tallest):,} ({named})"
    return whole


def _table(lines: Sequence[Line], axis: _Axis) -> Table:
    """What was kept and what was lost, for each piece of time that had any."""
    found = [{column.day: column for column in line.columns} for line in lines]
    nothing = Column(date.min, 0, 0)
    rows = [
        (calendar_units.named(begin, axis.unit), *(_cell(columns.get(begin, nothing)) for columns in found))
        for begin in axis.places
        if any(begin in columns for columns in found)
    ]
    return (axis.unit.capitalize(), *(line.name for line in lines)), rows


def _size(column: Column) -> int:
    return column.kept + column.lost


def _cell(column: Column) -> str:
    return f"{column.kept:,} + {column.lost:,} lost" if column.lost else f"{column.kept:,}"
