"""An invitation is what calendar programs take for one, whatever was typed into it."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from icalendar import Calendar

from services.workflows.mail.header_values import one_line, readable
from services.workflows.mail.invitation import calendar
from services.workflows.mail.letter import Address, Unsendable
from tests.services.workflows.letters import NOW, an_invitation
from tests.services.workflows.test_mail_message import NASTY


def event(**changed: Any) -> Any:
    written = calendar(an_invitation(**changed), NOW)
    assert max(len(line.encode()) for line in written.split("\r\n")) <= 75
    [only] = Calendar.from_ical(written).walk("VEVENT")
    return only


def test_a_meeting_is_confirmed_under_its_own_id_and_number() -> None:
    booked = event(sequence=3, url="https://example.com/call")
    assert (str(booked["uid"]), booked["sequence"], booked["status"]) == (
        "01956e3c@bookonce.example", 3, "CONFIRMED",
    )  # fmt: skip
    assert str(booked["url"]) == "https://example.com/call"
    assert booked["dtstamp"].dt == NOW
    assert str(booked["organizer"]) == "mailto:bookings@example.com"
    assert str(booked["attendee"]) == "mailto:amara@example.com"
    assert booked["attendee"].params["PARTSTAT"] == "ACCEPTED"
    assert booked["attendee"].params["CN"] == "Amara Okafor"


def test_times_are_told_in_utc() -> None:
    berlin = timezone(timedelta(hours=2))
    start = datetime(2026, 7, 7, 10, tzinfo=berlin)
    written = calendar(an_invitation(start=start, end=start + timedelta(hours=1)), NOW)
    assert "DTSTART:20260707T080000Z" in written
    assert "DTEND:20260707T090000Z" in written


def test_cancelling_takes_the_same_meeting_out_again() -> None:
    written = calendar(an_invitation(method="CANCEL", sequence=1), NOW)
    cancelled = Calendar.from_ical(written)
    assert cancelled["method"] == "CANCEL"
    [only] = cancelled.walk("VEVENT")
    assert (str(only["uid"]), only["sequence"], only["status"]) == (
        "01956e3c@bookonce.example", 1, "CANCELLED",
    )  # fmt: skip
    assert only["organizer"]


def test_one_calendar_holds_one_meeting_and_says_what_it_asks() -> None:
    written = Calendar.from_ical(calendar(an_invitation(), NOW))
    assert (written["method"], str(written["version"])) == ("REQUEST", "2.0")
    assert len(written.walk()) == 2


@given(text=NASTY)
def test_nothing_typed_into_a_meeting_adds_a_line_to_it(text: str) -> None:
    nasty = event(summary=text, description=text, attendee=Address(text, "amara@example.com"))
    assert set(nasty) == {
        "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP",
        "ORGANIZER", "ATTENDEE",
    }  # fmt: skip
    assert str(nasty["summary"]) == one_line(text)
    assert str(nasty["description"]).split() == readable(text).split()
    assert str(nasty["attendee"]) == "mailto:amara@example.com"
    assert nasty["attendee"].params.get("CN", "") == one_line(text).replace("\\", "/")


@pytest.mark.parametrize(
    "changed",
    [
        {"end": NOW + timedelta(days=2)},
        {"end": NOW},
        {"start": datetime(2026, 3, 3, 12)},  # noqa: DTZ001
        {"end": datetime(2026, 3, 3, 13)},  # noqa: DTZ001
    ],
)
def test_a_meeting_without_length_or_zone_is_refused(changed: dict[str, datetime]) -> None:
    with pytest.raises(Unsendable):
        event(**changed)


def test_seconds_are_kept_and_fractions_dropped() -> None:
    assert event(start=datetime(2026, 3, 3, 12, 0, 1, 500, UTC), end=datetime(2026, 3, 3, 13, tzinfo=UTC))[
        "dtstart"
    ].dt == datetime(2026, 3, 3, 12, 0, 1, tzinfo=UTC)
