"""Attempts go on for over a day, ever further apart, and end."""

from datetime import UTC, datetime, timedelta
from itertools import count, takewhile

import pytest

from services.workflows.webhooks.schedule import PATIENCE, is_given_up, next_pause

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def pauses(luck: float) -> list[timedelta]:
    found = (next_pause(failures, luck) for failures in count(1))
    return [pause for pause in takewhile(lambda one: one is not None, found) if pause is not None]


def test_attempts_go_on_for_over_a_day_and_then_end() -> None:
    assert pauses(0)[:2] == [5 * SECOND, 60 * SECOND]
    assert timedelta(days=1) < sum(pauses(0), timedelta()) < sum(pauses(1), timedelta()) < timedelta(days=2)
    assert pauses(0) == sorted(pauses(0))


def test_what_failed_together_is_spread_before_it_comes_back() -> None:
    early, late = pauses(0), pauses(1)
    assert len(early) == len(late)
    assert all(one < other <= one * 1.2 for one, other in zip(early, late, strict=True))


@pytest.mark.parametrize(
    ("failures", "wish", "pause"),
    [
        (1, 30 * SECOND, 30 * SECOND),
        (1, timedelta(0), 5 * SECOND),
        (1, 100 * HOUR, 2 * HOUR),
        (6, 100 * HOUR, 5 * HOUR),
        (9, 30 * SECOND, None),
    ],
)
def test_a_receiver_may_ask_for_more_time_within_a_bound(
    failures: int, wish: timedelta, pause: timedelta | None
) -> None:
    assert next_pause(failures, 0, wish) == pause


def test_an_endpoint_is_given_up_after_days_without_a_success() -> None:
    assert not is_given_up(NOW - PATIENCE + SECOND, NOW)
    assert is_given_up(NOW - PATIENCE, NOW)
