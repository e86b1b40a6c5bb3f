"""What happens to links and bookings stands in the CRM, once, and nothing that opens anything."""

import re
from uuid import UUID

import msgspec
import pytest

from services.workflows.api import crm_connections as api
from services.workflows.crm import outbox
from shared.contracts.crm import CrmOptions
from shared.errors import Refusal
from tests.crm.account import EMAIL, FACTS, MEETING, START, Account
from tests.crm.salesforce import SalesforceServer

LINK = ["created", "consumed", "expired", "revoked"]


@pytest.mark.parametrize("what", LINK)
async def test_what_happens_to_a_link_is_noted_at_its_contact(account: Account, what: str) -> None:
    contact = account.server.add_contact(EMAIL)
    event = await account.tell(f"single_use_link.{what}")
    assert await account.send() == 1
    (note,) = account.server.notes_of(contact)
    assert "Product tour" in note
    assert "spring" in note
    assert str(event.id) in note
    assert await account.states() == [("done", None)]
    connection = await account.connection()
    assert connection.last_used_at is not None
    assert connection.last_error is None


async def test_what_a_crm_does_not_care_for_is_not_told(account: Account) -> None:
    for told in ("single_use_link.opened", "booking.created", "booking.tentative", "booking.completed"):
        await account.tell(told, MEETING)
    await account.tell("booking.cancelled_by_customer", MEETING, None, **{"from": "pending_payment"})
    assert await account.pushes() == []


async def test_the_same_event_twice_is_told_once(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    event = await account.tell("single_use_link.created")
    await account.pass_on(event)
    await account.send()
    await account.pass_on(event)
    await account.send()
    assert len(account.server.notes_of(contact)) == 1


async def test_a_confirmed_booking_is_a_meeting_that_follows_it(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    event = await account.tell("booking.confirmed", MEETING)
    await account.send()
    cancelled = msgspec.structs.replace(MEETING, state="cancelled_by_customer")
    ((title, start, shown),) = account.server.meetings_of(contact)
    assert "Product tour" in title
    assert start.startswith("2026-12-01T09:00:00")
    assert shown in ("SCHEDULED", "Busy")
    await account.tell("booking.cancelled_by_customer", cancelled, event.subject_id, **{"from": "confirmed"})
    await account.send()
    ((_, _, shown),) = account.server.meetings_of(contact)
    assert shown in ("CANCELED", "Free")


async def test_a_moved_booking_leaves_a_moved_meeting_and_a_new_one(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    first = await account.tell("booking.confirmed", MEETING)
    await account.send()
    moved = msgspec.structs.replace(MEETING, state="rescheduled")
    await account.tell("booking.rescheduled", moved, first.subject_id)
    later = msgspec.structs.replace(MEETING, start=START.replace(hour=14), end=START.replace(hour=15))
    await account.tell("booking.confirmed", later, rescheduled_from=str(first.subject_id))
    await account.send()
    shown = [(start[11:13], shown) for _, start, shown in account.server.meetings_of(contact)]
    assert shown in ([("09", "RESCHEDULED"), ("14", "SCHEDULED")], [("09", "Free"), ("14", "Busy")])


async def test_a_booking_cancelled_before_its_confirmation_was_told_is_cancelled_at_once(
    account: Account,
) -> None:
    contact = account.server.add_contact(EMAIL)
    cancelled = msgspec.structs.replace(MEETING, state="cancelled")
    event = await account.tell("booking.confirmed", cancelled)
    await account.tell("booking.cancelled", cancelled, event.subject_id)
    while await account.send():
        pass
    ((_, _, shown),) = account.server.meetings_of(contact)
    assert shown in ("CANCELED", "Free")


async def test_what_is_told_of_one_booking_is_told_in_order(account: Account) -> None:
    account.server.add_contact(EMAIL)
    account.known.away = True
    event = await account.tell("booking.confirmed", MEETING)
    await account.tell("booking.cancelled", MEETING, event.subject_id)
    assert await account.send() == 0
    account.known.away = False
    assert await account.send() == 0  # The second waits behind the first, which is put off.
    await account.later()
    assert await account.send() == 1
    assert [status for status, _ in await account.states()] == ["done", "pending"]


async def test_a_contact_that_the_crm_does_not_know_is_refused_with_the_reason(account: Account) -> None:
    account.server.add_contact("somebody.else@example.com")
    await account.tell("single_use_link.created")
    await account.send()
    assert await account.states() == [("refused", "the CRM knows no such contact")]
    assert (await account.connection()).last_error == "the CRM knows no such contact"
    asked = len(account.server.asked)
    await account.later()
    await account.send()
    assert len(account.server.asked) == asked


async def test_what_was_refused_can_be_told_by_hand_once_the_contact_is_there(account: Account) -> None:
    await account.tell("single_use_link.created")
    await account.send()
    contact = account.server.add_contact(EMAIL)
    (push,) = await account.pushes()
    await api.retry_push(account.bureau, account.app_id, push.id)
    await account.send()
    assert len(account.server.notes_of(contact)) == 1
    for app_id, code in ((account.app_id, "action_not_available"), (UUID(int=1), "not_found")):
        with pytest.raises(Refusal, match=code):
            await api.retry_push(account.bureau, app_id, push.id)


async def test_a_contact_is_found_by_the_apps_own_id_before_the_email(unconnected: Account) -> None:
    account = unconnected
    account.server.custom = "their_id"
    await account.connect(CrmOptions(contact_property="their_id"))
    by_email = account.server.add_contact(EMAIL)
    by_id = account.server.add_contact("amara@home.example", "crm-4711")
    await account.tell("single_use_link.created")
    await account.tell(
        "single_use_link.created", msgspec.structs.replace(FACTS, external_ref="unknown there")
    )
    await account.send()
    assert len(account.server.notes_of(by_id)) == len(account.server.notes_of(by_email)) == 1


async def test_a_lead_is_found_where_there_is_no_contact(salesforce: Account) -> None:
    assert isinstance(salesforce.server, SalesforceServer)
    salesforce.server.add("Lead", Email=EMAIL, IsConverted=True)
    lead = salesforce.server.add("Lead", Email=EMAIL)
    await salesforce.tell("single_use_link.created")
    await salesforce.send()
    assert len(salesforce.server.notes_of(lead)) == 1


async def test_an_app_with_two_crms_has_both_told(hubspot: Account, salesforce: Account) -> None:
    hubspot.app_id = salesforce.app_id
    await hubspot.connect()
    await hubspot.tell("single_use_link.created")
    assert len(await hubspot.pushes()) == len(await salesforce.pushes()) == 1


@pytest.mark.parametrize(
    "email", ["o'hara@example.com", "a\\'b+c@example.com", "' OR Email != '@example.com"]
)
async def test_an_email_is_a_value_and_never_part_of_a_question(account: Account, email: str) -> None:
    other = account.server.add_contact(EMAIL)
    contact = account.server.add_contact(email)
    await account.tell("single_use_link.created", msgspec.structs.replace(FACTS, email=email))
    await account.send()
    assert len(account.server.notes_of(contact)) == 1
    assert account.server.notes_of(other) == []


async def test_titles_are_text_and_no_markup(hubspot: Account) -> None:
    contact = hubspot.server.add_contact(EMAIL)
    facts = msgspec.structs.replace(FACTS, title="<script>alert(1)</script>")
    await hubspot.tell("single_use_link.created", facts)
    await hubspot.send()
    (note,) = hubspot.server.notes_of(contact)
    assert "<script" not in note


async def test_no_token_and_no_link_of_ours_is_ever_told(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    token = "AaH9XLW5e5mFwyUnNUWFinYIdu0xqTggfapIOxbetHw"
    note = (
        f"Sent https://bookonce.example/single-use/{token} and\n"
        f"https://bookonce.example/bookings/1/external_action/cancel?signature=e30.e30.{token} as agreed"
    )
    event = await account.tell("booking.confirmed", MEETING)
    contact_id = UUID(int=1)
    account.known.facts[contact_id] = FACTS

    async def step(conn: object) -> bool:
        return await outbox.enqueue_step(
            conn,  # type: ignore[arg-type]
            account.app_id,
            account.kind,
            UUID(int=2),
            contact_id,
            note,
            event.occurred_at,
        )

    assert await account.bureau.database.transact(step)
    await account.send()
    assert len(account.server.notes_of(contact)) == 1
    assert "as agreed" in account.server.notes_of(contact)[0]
    told = b"".join(one.body for one in account.server.asked if one.path != account.server.login)
    assert not re.search(rb"https?:|[A-Za-z0-9_-]{43}", told)


async def test_an_erased_contact_is_told_nothing_more_and_no_note_is_kept(account: Account) -> None:
    contact_id = UUID(int=7)
    account.server.add_contact(EMAIL)
    await account.tell("single_use_link.created", contact_id=str(contact_id))
    await account.tell("contact.erased", None, contact_id)
    assert await account.states() == [("refused", "the contact is erased")]
    await account.send()
    assert account.server.asked == []
