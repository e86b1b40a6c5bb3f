"""The auditor, the oracle of the other tests, against databases that were made to lie by hand."""

import asyncio
import subprocess
import sys
from uuid import UUID

from services.booking.audit import Finding
from shared.ids import new_id
from tests.faults.claimant import consume
from tests.faults.desk import findings
from tests.faults.office import Office, Ticket
from tests.faults.records import claims_on, consumer_of, fetch

FORGET = """
    with link as (
        update scheduling_single_use_links set consumed_at = null, consumed_by_booking_id = null
        where id = $1)
    delete from claims where link_id = $1"""
NAME_ANOTHER = "update scheduling_single_use_links set consumed_by_booking_id = $2 where id = $1"
HAND_OVER = """
    with claim as (update claims set booking_id = $2 where link_id = $1)
    update scheduling_single_use_links set consumed_by_booking_id = $2 where id = $1"""


async def test_a_consumption_that_tokens_lost_is_found_and_made_again(forged: Office) -> None:
    ticket, booking_id = await _booked(forged)
    await _lie(forged, FORGET, ticket.id)
    assert await forged.status_of(ticket) == "open"
    problem = "a confirmed booking has not consumed its link"
    assert await _findings(forged, ticket) == [Finding(ticket.id, problem, booking_id, repaired=True)]
    assert await consumer_of(forged.stack, ticket.id) == booking_id
    assert await claims_on(forged.stack, ticket.id) == {booking_id: "consumed"}
    assert await _findings(forged, ticket) == []


async def test_a_lost_consumption_is_made_again_also_for_a_contact_erased_since(forged: Office) -> None:
    ticket, booking_id = await _booked(forged)
    await forged.erase(ticket)
    await _lie(forged, FORGET, ticket.id)
    problem = "a confirmed booking has not consumed its link"
    assert await _findings(forged, ticket) == [Finding(ticket.id, problem, booking_id, repaired=True)]
    assert await consumer_of(forged.stack, ticket.id) == booking_id


async def test_a_lost_consumption_of_a_link_revoked_since_is_left_to_a_person(forged: Office) -> None:
    ticket, booking_id = await _booked(forged)
    await _lie(forged, FORGET, ticket.id)
    await forged.revoke(ticket)
    problem = "a confirmed booking has not consumed its link"
    assert await _findings(forged, ticket) == [Finding(ticket.id, problem, booking_id, repaired=False)]


async def test_a_consumed_link_without_a_booking_is_found(forged: Office) -> None:
    [ticket] = await forged.mint()
    assert await consume(forged, ticket.id, new_id()) == "consumed"
    problem = "the link was consumed by a booking that was never confirmed"
    assert await _findings(forged, ticket) == [Finding(ticket.id, problem, None)]


async def test_a_link_consumed_by_another_booking_than_its_own_is_found(forged: Office) -> None:
    ticket, booking_id = await _booked(forged)
    await _lie(forged, HAND_OVER, ticket.id, new_id())
    problem = "the link was consumed by another booking than the one that holds it"
    assert await _findings(forged, ticket) == [Finding(ticket.id, problem, booking_id)]


async def test_a_link_whose_row_and_claim_name_different_bookings_is_found(forged: Office) -> None:
    ticket, booking_id = await _booked(forged)
    await _lie(forged, NAME_ANOTHER, ticket.id, new_id())
    problem = "the link's row and its claim name different bookings"
    assert await _findings(forged, ticket) == [Finding(ticket.id, problem, booking_id)]


async def test_a_booking_gone_from_its_database_is_found(forged: Office) -> None:
    ticket, booking_id = await _booked(forged)
    for table, column in (("transitions", "booking_id"), ("bookings", "id")):
        await fetch(forged.stack.dsn["booking"], f"delete from {table} where {column} = $1", booking_id)
    problem = "the link was consumed by a booking that was never confirmed"
    assert await _findings(forged, ticket) == [Finding(ticket.id, problem, None)]


async def test_a_link_that_was_booked_refused_or_cancelled_in_good_order_gives_no_finding(
    forged: Office,
) -> None:
    ticket, booking_id = await _booked(forged)
    assert (await forged.book(ticket, (await forged.starts())[0])).status == 410
    assert await _findings(forged, ticket) == []
    await forged.cancel_all()
    assert await _findings(forged, ticket) == []
    assert await consumer_of(forged.stack, ticket.id) == booking_id


async def test_the_audit_command_prints_what_it_found_and_fails_when_something_is_left(
    forged: Office,
) -> None:
    [ticket] = await forged.mint()
    await consume(forged, ticket.id, new_id())
    command = [sys.executable, "-m", "services.booking", "audit"]
    run = await asyncio.to_thread(
        subprocess.run,
        command,
        env=dict(forged.stack.environment("booking")),
        capture_output=True,
        check=False,
    )
    assert run.returncode == 1
    assert str(ticket.id).encode() in run.stdout


async def _booked(office: Office) -> tuple[Ticket, UUID]:
    """A link that was booked in good order, and its booking."""
    [ticket], start = await office.mint(), (await office.starts())[0]
    return ticket, UUID((await office.book(ticket, start)).data["id"])


async def _findings(office: Office, ticket: Ticket) -> list[Finding]:
    return [finding for finding in await findings(office.stack) if finding.link_id == ticket.id]


async def _lie(office: Office, statement: str, *values: object) -> None:
    """Change what tokens has ruled, past the trigger that forbids it."""
    dsn = office.stack.dsn["tokens"]
    await fetch(dsn, "alter table claims disable trigger claims_are_final")
    await fetch(dsn, statement, *values)
    await fetch(dsn, "alter table claims enable trigger claims_are_final")
