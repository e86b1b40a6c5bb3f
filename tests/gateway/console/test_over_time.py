"""Bookings over time: columns as tall as what they count, to one scale, each line named where it is drawn."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.console.charts import over_time
from gateway.console.charts.over_time import PLOT, Column, Line
from tests.gateway.console.drawn import Figure, bars, faults, labels

FIRST = date(2026, 1, 5)
NASTY = (
    "<script>alert(1)</script>\"'&amp;",
    "\u202eترويج الربيع\u2066",
    "👩🏽\u200d💻🇩🇪" * 60,
    "W" * 1000,
    "Z" + "\u0301" * 900,
    "\x00\x1b\ud800\ufffe",
    "﷽" * 20,
)
numbers = st.one_of(st.integers(0, 5), st.integers(0, 10**12))
names = st.one_of(st.text(max_size=80), st.sampled_from(NASTY))


@st.composite
def charts(draw: st.DrawFn) -> tuple[list[Line], date]:
    days = draw(st.sampled_from((1, 2, 30, 62, 63, 400, 2000)))
    dates = st.integers(0, days - 1).map(lambda n: FIRST + timedelta(days=n))
    columns = st.lists(st.builds(Column, dates, numbers, numbers), max_size=12, unique_by=lambda one: one.day)
    lines = draw(st.lists(st.builds(Line, names, columns), min_size=1, max_size=6))
    return lines, FIRST + timedelta(days=days - 1)


@given(charts())
@example(([Line(name, [Column(FIRST, 3, 1)]) for name in NASTY], FIRST))
def test_nothing_meets_anything_and_nothing_leaves_the_picture(chart: tuple[list[Line], date]) -> None:
    lines, last = chart
    markup = over_time.draw("Bookings", lines, FIRST, last)
    markup.encode()
    if any(line.total for line in lines):
        for picture in Figure(markup).pictures:
            assert faults(picture) == []
    else:
        assert "<svg" not in markup


def test_columns_are_as_tall_as_what_they_count_and_stand_where_their_day_is() -> None:
    lines = [
        Line("spring", [Column(FIRST, 8, 2), Column(FIRST + timedelta(days=9), 5, 0)]),
        Line("autumn", [Column(FIRST + timedelta(days=5), 0, 1)]),
    ]
    for picture in Figure(over_time.draw("Bookings", lines, FIRST, FIRST + timedelta(days=9))).pictures:
        slot = float(picture.get("viewBox", "").split()[2]) / 10
        kept, lost = (
            [bar for bar in bars(picture) if bar.kind == kind] for kind in ("chart-mark", "chart-lost")
        )
        assert [bar.height for bar in kept] == pytest.approx([0.8 * PLOT, 0.5 * PLOT])
        assert [bar.height for bar in lost] == pytest.approx([0.2 * PLOT, 0.1 * PLOT])
        assert lost[0].y + lost[0].height == pytest.approx(kept[0].y)
        places = [(bar.x + bar.width / 2) / slot for bar in (*kept, lost[1])]
        assert places == pytest.approx([0.5, 9.5, 5.5], abs=0.01)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (62, ("5 Jan 2026", "7 Mar 2026")),
        (63, ("week of 5 Jan 2026", "week of 2 Mar 2026")),
        (600, ("Jan 2026", "Aug 2027")),
        (4000, ("2026", "2036")),
    ],
)
def test_what_is_too_long_for_days_is_drawn_in_weeks_months_or_years(
    days: int, said: tuple[str, ...]
) -> None:
    last = FIRST + timedelta(days=days - 1)
    columns = [Column(FIRST + timedelta(days=n), 1, 0) for n in range(days)]
    figure = Figure(over_time.draw("Bookings", [Line("all", columns)], FIRST, last))
    for picture in figure.pictures:
        ticks = [label.text for label in labels(picture) if label.kind == "chart-tick"]
        assert tuple(tick.strip("\u2068\u2069") for tick in ticks) == said
        assert len([bar for bar in bars(picture) if bar.kind == "chart-mark"]) <= 62
    assert sum(int(row[1]) for row in figure.table[1:]) == days


def test_the_table_tells_every_number() -> None:
    lines = [
        Line("spring", [Column(FIRST, 1234, 2)]),
        Line("autumn", [Column(FIRST + timedelta(days=1), 0, 1)]),
    ]
    assert Figure(over_time.draw("Bookings", lines, FIRST, FIRST + timedelta(days=3))).table == [
        ["Day", "spring", "autumn"],
        ["5 Jan 2026", "1,234 + 2 lost", "0"],
        ["6 Jan 2026", "0", "0 + 1 lost"],
    ]


def test_names_are_shown_as_words_whatever_they_hold() -> None:
    figure = Figure(
        over_time.draw("Bookings", [Line(name, [Column(FIRST, 1, 0)]) for name in NASTY], FIRST, FIRST)
    )
    shown = [_named(labels(picture)) for picture in figure.pictures]
    for narrow, wide in zip(*shown, strict=True):
        assert len(narrow) <= len(wide) <= 200
    assert shown[1][0] == NASTY[0]
    assert shown[1][1] == "ترويج الربيع"
    assert shown[1][3].endswith("W…")
    assert shown[1][4] == "Z\u0301\u0301\u0301"
    assert shown[1][5] == ""


def _named(found: Sequence[object]) -> list[str]:
    return [box.text[1:-1] for box in found if box.kind == "chart-name"]  # type: ignore[attr-defined]
