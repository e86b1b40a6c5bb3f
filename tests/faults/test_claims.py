"""What tokens has ruled on a claim stands, whoever asks again, in whatever order, by whatever way."""

from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from shared.ids import new_id
from tests.faults import races
from tests.faults.claimant import consume, fence
from tests.faults.office import Office
from tests.faults.records import claims_on, consumer_of, fetch


async def test_a_consume_delayed_past_a_fence_is_refused(forged: Office) -> None:
    [ticket], booking_id = await forged.mint(), new_id()
    assert await fence(forged, ticket.id, booking_id) == "fenced"
    assert await consume(forged, ticket.id, booking_id) == "fenced"
    assert await forged.status_of(ticket) == "open"
    assert await claims_on(forged.stack, ticket.id) == {booking_id: "fenced"}


async def test_a_link_whose_one_claim_was_fenced_serves_the_next_booking(forged: Office) -> None:
    [ticket], given_up, booking_id = await forged.mint(), new_id(), new_id()
    await fence(forged, ticket.id, given_up)
    assert await consume(forged, ticket.id, booking_id) == "consumed"
    assert await consume(forged, ticket.id, given_up) == "fenced"
    assert await consumer_of(forged.stack, ticket.id) == booking_id


async def test_a_consume_repeated_is_the_same_consume(forged: Office) -> None:
    [ticket], booking_id = await forged.mint(), new_id()
    assert [await consume(forged, ticket.id, booking_id) for _ in range(3)] == ["consumed"] * 3
    assert await claims_on(forged.stack, ticket.id) == {booking_id: "consumed"}


async def test_a_fence_that_comes_after_the_consume_changes_nothing(forged: Office) -> None:
    [ticket], booking_id = await forged.mint(), new_id()
    await consume(forged, ticket.id, booking_id)
    assert await fence(forged, ticket.id, booking_id) == "consumed"
    assert await consumer_of(forged.stack, ticket.id) == booking_id


async def test_a_refused_claim_stays_refused_when_its_reason_is_gone(forged: Office) -> None:
    [ticket], booking_id = await forged.mint(), new_id()
    await _expire(forged, ticket.id, -1)
    assert await consume(forged, ticket.id, booking_id) == "link_expired"
    await _expire(forged, ticket.id, +1)
    assert await forged.status_of(ticket) == "open"
    assert await consume(forged, ticket.id, booking_id) == "link_expired"
    assert await forged.status_of(ticket) == "open"


async def test_two_bookings_that_claim_one_link_at_once_get_one_verdict_each(forged: Office) -> None:
    link_id, words = await races.two_claims_on_one_link(forged)
    assert words == ["consumed", "link_consumed"]
    assert sorted((await claims_on(forged.stack, link_id)).values()) == ["consumed", "refused"]


async def test_a_consume_and_a_fence_that_meet_agree_on_who_came_first(forged: Office) -> None:
    assert await races.a_consume_and_a_fence(forged) == ["consumed", "consumed"]


@pytest.mark.parametrize("verdict", ["consumed", "fenced", "link_revoked"])
@pytest.mark.parametrize(
    "statement",
    [
        "update claims set verdict = 'admitted', reason = null where link_id = $1",
        "update claims set booking_id = gen_random_uuid() where link_id = $1",
        "delete from claims where link_id = $1",
    ],
)
async def test_not_even_sql_changes_a_claim_that_is_ruled(
    forged: Office, verdict: str, statement: str
) -> None:
    [ticket], booking_id = await forged.mint(), new_id()
    if verdict == "link_revoked":
        await forged.revoke(ticket)
    rule = fence if verdict == "fenced" else consume
    assert await rule(forged, ticket.id, booking_id) == verdict
    before = await claims_on(forged.stack, ticket.id)
    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await fetch(forged.stack.dsn["tokens"], statement, ticket.id)
    assert await claims_on(forged.stack, ticket.id) == before


async def _expire(office: Office, link_id: object, hours: int) -> None:
    """Turn the link's clock: it expires so many hours from now."""
    statement = "update scheduling_single_use_links set expires_at = $2 where id = $1"
    await fetch(office.stack.dsn["tokens"], statement, link_id, datetime.now(UTC) + timedelta(hours=hours))
