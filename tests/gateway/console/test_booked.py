"""Whom the bookings came from: the largest apart, the others together, nothing lost and nothing twice."""

from datetime import date, timedelta
from uuid import UUID

from gateway.console.charts import booked
from shared.contracts.figures import (
    BookingFigures,
    BookingsOfBookingLink,
    BookingsOfCampaign,
    BookingsOfDay,
    BookingTally,
)
from tests.gateway.console.drawn import Figure

DAY = date(2026, 11, 23)


def _of(day: date, standing: int, cancelled: int = 0) -> BookingsOfDay:
    return BookingsOfDay(day, BookingTally(standing, 0, cancelled))


def _figures(*campaigns: tuple[str | None, list[BookingsOfDay]], others: int = 0) -> BookingFigures:
    standing = sum(day.tally.standing for _, days in campaigns for day in days) + others
    cancelled = sum(day.tally.cancelled for _, days in campaigns for day in days)
    total = BookingTally(standing, 0, cancelled)
    found = [BookingsOfCampaign(name, BookingTally(), days) for name, days in campaigns]
    return BookingFigures(total, [BookingsOfDay(DAY, total)], found, [])


def test_the_title_names_who_brought_the_most() -> None:
    found = _figures(("spring", [_of(DAY, 7, 1)]), (None, [_of(DAY, 5)]))
    figure = Figure(booked.by_campaign(found, DAY, DAY))
    assert figure.title == "“\u2068spring\u2069” brought 8 of 13 bookings"
    assert figure.table == [["Day", "spring", "Without a campaign"], ["23 Nov 2026", "7 + 1 lost", "5"]]


def test_of_many_campaigns_five_are_drawn_apart_and_the_rest_together() -> None:
    found = _figures(*((f"campaign {n}", [_of(DAY, 20 - n)]) for n in range(8)), others=4)
    [headings, cells] = Figure(booked.by_campaign(found, DAY, DAY)).table
    assert headings[1:] == [*(f"campaign {n}" for n in range(5)), "All other campaigns"]
    assert cells[1:] == ["20", "19", "18", "17", "16", str(15 + 14 + 13 + 4)]


def test_where_nobody_is_named_the_title_counts() -> None:
    alone = Figure(booked.by_campaign(_figures((None, [_of(DAY, 1)])), DAY, DAY))
    assert alone.title == "1 booking"
    figure = Figure(booked.by_campaign(_figures((None, [_of(DAY, 2)]), others=3), DAY, DAY))
    assert figure.title == "5 bookings"


def test_days_outside_the_time_asked_for_are_left_out() -> None:
    found = _figures(("spring", [_of(DAY, 2)]))
    assert "No bookings" in booked.by_campaign(found, DAY + timedelta(days=1), DAY + timedelta(days=2))


def test_booking_links_are_called_by_their_titles() -> None:
    known, unknown = UUID(int=1), UUID(int=2)
    total = BookingTally(3)
    pages = [
        BookingsOfBookingLink(page, BookingTally(), [_of(DAY, n)]) for page, n in ((known, 2), (unknown, 1))
    ]
    found = BookingFigures(total, [BookingsOfDay(DAY, total)], [], pages, at_least=True)
    figure = Figure(booked.by_booking_link(found, {known: "Product tour"}, DAY, DAY))
    assert figure.title == "“\u2068Product tour\u2069” brought 2 of the newest 3 bookings"
    assert figure.table[0] == ["Day", "Product tour", "A booking link without a title"]
