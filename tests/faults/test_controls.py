"""Controls: with one guard away the same race must break its promise, or the race proves nothing."""

from tests.faults import races
from tests.faults.guards import running_without, without_constraint, without_index
from tests.faults.office import Office
from tests.faults.records import claims_on, fetch, states_of


async def test_without_the_row_lock_two_claims_end_in_an_error_and_without_its_belt_in_two_consumptions(
    forged: Office,
) -> None:
    stack = forged.stack
    async with running_without(stack, "tokens", "lock"):
        _, words = await races.two_claims_on_one_link(forged)
        assert words == ["consumed", "internal_error"]
        assert "internal_error" in await races.a_consume_and_a_fence(forged)
        async with without_index(stack, "tokens", "claims_consume_once"):
            link_id, words = await races.two_claims_on_one_link(forged)
            assert words == ["consumed", "consumed"]
            assert list((await claims_on(stack, link_id)).values()) == ["consumed", "consumed"]
            await fetch(stack.dsn["tokens"], "truncate claims")


async def test_without_the_unique_index_two_bookings_hold_one_link(forged: Office) -> None:
    async with without_index(forged.stack, "booking", "one_booking_per_link"):
        crowd = await races.two_bookings_on_one_link(forged)
    assert crowd.holding == 2
    assert (409, "link_in_use") not in crowd.outcomes


async def test_without_the_exclusion_constraint_and_a_look_before_it_a_host_is_in_two_meetings_at_once(
    forged: Office,
) -> None:
    async with (
        running_without(forged.stack, "booking", "look"),
        without_constraint(forged.stack, "booking", "bookings", "one_meeting_at_a_time"),
    ):
        outcomes = await races.two_links_on_one_slot(forged)
        assert outcomes == [(201, "confirmed"), (201, "confirmed")]
        await forged.cancel_all()


async def test_without_the_condition_on_t2_a_late_settler_confirms_what_was_cancelled(
    forged: Office,
) -> None:
    async with running_without(forged.stack, "booking", "condition"):
        booking_id = await races.a_cancel_before_the_late_settler(forged)
    assert await states_of(forged.stack, booking_id) == ["confirming", "confirmed", "cancelled", "confirmed"]


async def test_without_the_look_a_visitor_waits_for_whoever_has_the_time(forged: Office) -> None:
    async with running_without(forged.stack, "booking", "look"):
        outcome = await races.a_rival_for_a_time_that_is_being_settled(forged)
    assert outcome == (504, "timeout")


async def test_without_the_way_in_the_condition_a_late_settler_undoes_what_the_host_confirmed(
    forged: Office,
) -> None:
    async with running_without(forged.stack, "booking", "way"):
        booking_id = await races.a_settler_too_late_for_the_first_wait(forged)
    assert await states_of(forged.stack, booking_id) == ["confirming", "tentative", "confirming", "tentative"]


async def test_without_the_record_of_an_act_whoever_comes_second_is_refused(forged: Office) -> None:
    async with running_without(forged.stack, "booking", "record"):
        outcomes = await races.two_at_one_action_link(forged)
    assert outcomes == [(200, "cancelled", ""), (409, "action_not_available", "")]


async def test_without_the_lock_of_a_booking_whoever_comes_second_meets_an_error(forged: Office) -> None:
    async with running_without(forged.stack, "booking", "row"):
        outcomes = await races.two_at_one_action_link(forged)
    assert [status for status, *_ in outcomes] == [200, 500]
