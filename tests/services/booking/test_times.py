"""When a booking takes place, and when it keeps its host busy."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from services.booking.rules import Template, span
from shared.contracts.booking_links import BookingLinkFields, Host, Hours, Schedule
from shared.errors import Refusal
from shared.ids import new_id

NOW = datetime(2030, 1, 7, 8, 0, tzinfo=UTC)
START = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def _template(**fields: Any) -> Template:
    host = Host("Dana", "dana@example.com")
    schedule = Schedule("UTC", {"monday": [Hours("09:00", "12:00")]})
    made = BookingLinkFields(title="Call", host=host, schedule=schedule, duration_minutes=45, **fields)
    return Template(new_id(), new_id(), new_id(), host, "call", made, NOW, NOW)


def test_a_booking_lasts_as_long_as_its_link_says_and_buffers_go_around_it() -> None:
    times = span(_template(buffer_before_minutes=5, buffer_after_minutes=10), START, NOW)
    assert (times.start, times.end) == (START, START + 45 * MINUTE)
    assert (times.busy_from, times.busy_to) == (START - 5 * MINUTE, START + 55 * MINUTE)


def test_a_start_in_another_zone_is_kept_in_utc() -> None:
    local = START.astimezone(timezone(timedelta(hours=5, minutes=45)))
    times = span(_template(), local, NOW)
    assert times.start == START
    assert times.start.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "start",
    [
        START + MINUTE,
        START - 45 * MINUTE,
        START + timedelta(days=1),
        START - timedelta(days=7),
        START + timedelta(microseconds=1),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
    ],
)
def test_a_start_that_is_not_offered_is_taken(start: datetime) -> None:
    with pytest.raises(Refusal) as refused:
        span(_template(), start, NOW)
    assert refused.value.code == "slot_taken"


def test_slots_follow_each_other_without_a_gap_unless_told_otherwise() -> None:
    assert _template().interval_minutes == 45
    assert _template(slot_interval_minutes=15).interval_minutes == 15
    assert span(_template(), START + 45 * MINUTE, NOW).start == START + 45 * MINUTE
    assert span(_template(slot_interval_minutes=15), START + 15 * MINUTE, NOW).start == START + 15 * MINUTE
