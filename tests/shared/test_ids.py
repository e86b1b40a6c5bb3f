"""Ids are ordered by time: version 7 of RFC 9562, each greater than the last."""

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.ids import LAST, first_id, new_id, new_ids


def test_an_id_is_a_version_7_uuid_of_this_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = new_id()
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert before <= made.int >> 80 <= after


def test_ids_made_one_after_another_are_in_that_order() -> None:
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert ids[-1] < LAST


def test_ids_made_at_once_lie_between_those_made_before_and_after() -> None:
    before, many, none, after = new_id(), new_ids(5000), new_ids(0), new_id()
    ids = [before, *many, after]
    assert len(many) == 5000
    assert none == []
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {(made.version, made.variant) for made in many} == {(7, "specified in RFC 4122")}


def test_ids_made_after_a_moment_are_not_below_its_first_id() -> None:
    moment = datetime.now(UTC) - timedelta(milliseconds=1)
    made = new_id()
    assert first_id(moment) <= made
    assert made < first_id(moment, 3600)
    assert first_id(moment, -3600) < first_id(moment)


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from([-3600.0, 0.0, 3600.0]))
def test_any_moment_of_the_calendar_has_a_first_id(moment: datetime, seconds: float) -> None:
    assert 0 <= first_id(moment, seconds).int <= LAST.int
