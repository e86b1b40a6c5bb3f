"""The funnel: bars as long as what they count, words beside them, the table behind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.console.charts import drawing, funnel
from shared.contracts.figures import LinkTally
from tests.gateway.console.drawn import Figure, bars, faults, labels


@st.composite
def tallies(draw: st.DrawFn) -> LinkTally:
    minted = draw(st.integers(1, 10**12))
    opened = draw(st.integers(0, minted))
    return LinkTally(minted, opened, consumed=draw(st.integers(0, opened)))


@given(tallies(), st.booleans())
def test_bars_are_as_long_as_what_they_count_and_words_stay_clear(tally: LinkTally, at_least: bool) -> None:
    figure = Figure(funnel.draw(tally, at_least))
    for picture, width in zip(figure.pictures, (drawing.NARROW, drawing.WIDE), strict=True):
        assert faults(picture) == []
        drawn = [bar.width for bar in bars(picture) if bar.kind != "chart-track"]
        counted = [count for count in (tally.minted, tally.opened, tally.consumed) if count]
        for length, count in zip(drawn, counted, strict=True):
            assert length == pytest.approx(max(1, width * count / tally.minted), abs=0.01)
        assert not any("…" in label.text for label in labels(picture))


def test_the_title_says_what_was_found_and_the_table_is_behind_it() -> None:
    figure = Figure(funnel.draw(LinkTally(1284, 803, consumed=411)))
    assert figure.title == "411 of 1,284 links became bookings (32\u202f%)"
    assert figure.table == [
        ["Links", "Number", "Of those made"],
        ["Made", "1,284", "100\u202f%"],
        ["Opened", "803", "63\u202f%"],
        ["Booked", "411", "32\u202f%"],
    ]
    for picture in figure.pictures:
        said = picture.get("aria-label", "")
        assert picture.get("role") == "img"
        assert said.startswith(figure.title)
        assert "Opened 803" in said


def test_what_is_not_all_that_there_is_says_so() -> None:
    assert "of the newest 200,000 links" in Figure(funnel.draw(LinkTally(200_000), True)).title


def test_a_little_is_not_rounded_to_nothing_nor_nearly_all_to_all() -> None:
    shares = [row[2] for row in Figure(funnel.draw(LinkTally(1000, 999, consumed=1))).table[2:]]
    assert shares == [">99\u202f%", "<1\u202f%"]


def test_without_links_there_is_a_sentence_and_no_picture() -> None:
    assert "<svg" not in funnel.draw(LinkTally())
    assert "No links yet" in funnel.draw(LinkTally())
