"""A CRM that is slow, full, broken or gone: nothing is lost, nothing is told twice where it can be helped."""

import asyncio
from datetime import UTC, datetime

import aiohttp
import pytest

from services.workflows.api import crm_connections as api
from services.workflows.crm import due, http, retries
from shared.contracts.crm import CrmConnectionPatch, CrmOptions
from tests.crm.account import EMAIL, MEETING, Account
from tests.crm.hubspot import HubSpotServer
from tests.crm.vendor import Fault

LIMITED = {
    "hubspot": Fault(
        "", 429, {"status": "error", "errorType": "RATE_LIMIT", "policyName": "TEN_SECONDLY_ROLLING"}
    ),
    "salesforce": Fault("", 403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "TotalRequests Limit"}]),
}
FORBIDDEN = {
    "hubspot": Fault("", 403, {"category": "MISSING_SCOPES", "message": "…", "correlationId": "c-1"}),
    "salesforce": Fault("", 403, [{"errorCode": "API_DISABLED_FOR_ORG", "message": "…"}]),
}
INVALID = {
    "hubspot": Fault(
        "", 400, {"category": "VALIDATION_ERROR", "message": f"Bad: {EMAIL}", "correlationId": "c-1"}
    ),
    "salesforce": Fault(
        "", 400, [{"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": f"Bad: {EMAIL}"}]
    ),
}


@pytest.mark.parametrize("given", [30, None])
async def test_a_limit_is_honoured_for_the_whole_connection(account: Account, given: int | None) -> None:
    contact = account.server.add_contact(EMAIL)
    fault = LIMITED[account.kind]
    headers = {"Retry-After": str(given)} if given else {}
    path = account.server.creates_notes
    account.server.faults.append(Fault(path, fault.status, fault.body, headers))
    await account.tell("single_use_link.created")
    await account.tell("single_use_link.expired")
    assert await account.send() == 0
    asked = len(account.server.asked)
    assert await account.send() == 0
    assert len(account.server.asked) == asked
    expected = given or {"hubspot": 10, "salesforce": 900}[account.kind]
    assert expected - 5 < await account.waits() <= expected
    await account.later()
    assert await account.send() == 2
    assert len(account.server.notes_of(contact)) == 2


async def test_the_daily_limit_is_asked_again_hourly(hubspot: Account) -> None:
    hubspot.server.add_contact(EMAIL)
    body = {"status": "error", "errorType": "RATE_LIMIT", "policyName": "DAILY"}
    hubspot.server.faults.append(Fault("/notes", 429, body))
    await hubspot.tell("single_use_link.created")
    await hubspot.send()
    assert 3500 < await hubspot.waits() <= 3600


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_crm_that_is_down_is_told_later_and_ever_more_seldom(account: Account, status: int) -> None:
    contact = account.server.add_contact(EMAIL)
    await account.tell("single_use_link.created")
    for waits in (30, 60, 120):
        account.server.faults.append(Fault(account.server.creates_notes, status))
        assert await account.send() == 0
        assert waits - 20 < await account.waits() <= waits
        await account.later()
    assert await account.send() == 1
    assert len(account.server.notes_of(contact)) == 1


async def test_after_a_day_in_vain_a_push_is_dead_and_says_so(account: Account) -> None:
    account.server.add_contact(EMAIL)
    await account.tell("single_use_link.created")
    for _ in range(retries.MOST_ATTEMPTS):
        account.server.faults.append(Fault(account.server.creates_notes, 500))
        await account.send()
        await account.later()
    assert await account.states() == [("dead", "the CRM did not answer for a day")]
    total = sum(retries.delay(attempts) for attempts in range(1, retries.MOST_ATTEMPTS))
    assert 20 * 3600 < total < 28 * 3600


async def test_a_push_that_is_put_off_holds_up_no_other_subject(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    account.server.faults.append(Fault(account.server.creates_notes, 500))
    await account.tell("single_use_link.created")
    await account.tell("single_use_link.created")
    assert await account.send() == 1
    assert len(account.server.notes_of(contact)) == 1


async def test_what_the_crm_refuses_is_not_repeated_and_its_reason_quotes_nobody(account: Account) -> None:
    account.server.add_contact(EMAIL)
    fault = INVALID[account.kind]
    account.server.faults.append(Fault(account.server.creates_notes, fault.status, fault.body))
    await account.tell("single_use_link.created")
    assert await account.send() == 1
    ((status, reason),) = await account.states()
    assert status == "refused"
    assert reason is not None
    assert "VALIDATION" in reason
    assert EMAIL not in reason


async def test_what_the_credentials_do_not_permit_needs_a_reconnect(account: Account) -> None:
    account.server.add_contact(EMAIL)
    fault = FORBIDDEN[account.kind]
    account.server.faults.append(Fault(account.server.creates_notes, fault.status, fault.body))
    await account.tell("single_use_link.created")
    await account.send()
    assert (await account.connection()).status == "needs_reconnect"
    assert [status for status, _ in await account.states()] == ["pending"]


@pytest.mark.parametrize("told", ["single_use_link.created", "booking.confirmed"])
async def test_an_answer_that_was_lost_makes_no_second_record(account: Account, told: str) -> None:
    contact = account.server.add_contact(EMAIL)
    for path in (account.server.creates_notes, account.server.creates_meetings):
        account.server.faults.append(Fault(path, 502, done=True))
    await account.tell(told, MEETING)
    assert await account.send() == 0
    await account.later()
    assert await account.send() == 1
    assert _records(account, contact) == 1


@pytest.mark.parametrize("told", ["single_use_link.created", "booking.confirmed"])
async def test_a_sender_that_died_before_its_own_note_makes_no_second_record(
    account: Account, told: str
) -> None:
    contact = account.server.add_contact(EMAIL)
    await account.tell(told, MEETING)
    for path in (account.server.creates_notes, account.server.creates_meetings):
        account.server.faults.append(Fault(path, silent=True, done=True))
    sending = asyncio.create_task(account.send())
    async with asyncio.timeout(10):
        while _records(account, contact) == 0:
            await asyncio.sleep(0)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    assert await account.send() == 0  # The dead sender's lease still holds.
    await account.later()
    assert await account.send() == 1
    assert _records(account, contact) == 1
    assert await account.states() == [("done", None)]


@pytest.mark.parametrize("told", ["single_use_link.created", "booking.confirmed"])
async def test_with_a_property_for_our_keys_the_crm_itself_keeps_one_record(
    unconnected: Account, told: str
) -> None:
    account = unconnected
    account.server.custom = "bookonce_key"
    await account.connect(CrmOptions(key_property="bookonce_key"))
    contact = account.server.add_contact(EMAIL)
    await account.tell(told, MEETING)
    path = "/batch/upsert" if account.kind == "hubspot" else "bookonce_key/"
    account.server.faults.append(Fault(path, 502, done=True))
    if isinstance(account.server, HubSpotServer):
        account.server.hides_from_search = True
    await account.send()
    await account.later()
    await account.send()
    assert _records(account, contact) == 1
    assert account.server.calls("POST", "/search") == []


async def test_a_key_property_that_does_not_exist_is_refused_with_the_reason(salesforce: Account) -> None:
    options = CrmConnectionPatch(options=CrmOptions(key_property="Nobody_Made__c"))
    await api.change_connection(salesforce.bureau, salesforce.app_id, salesforce.connection_id, options)
    salesforce.server.add_contact(EMAIL)
    await salesforce.tell("single_use_link.created")
    await salesforce.send()
    assert await salesforce.states() == [("refused", "Salesforce refused it: NOT_FOUND")]


async def test_a_meeting_that_somebody_deleted_in_the_crm_is_not_made_again(account: Account) -> None:
    contact = account.server.add_contact(EMAIL)
    event = await account.tell("booking.confirmed", MEETING)
    await account.send()
    account.server.remove_meetings()
    await account.tell("booking.cancelled", MEETING, event.subject_id)
    await account.send()
    assert account.server.meetings_of(contact) == []
    assert [status for status, _ in await account.states()] == ["done", "refused"]


async def test_a_crm_that_never_answers_keeps_no_other_waiting(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    contact = account.server.add_contact(EMAIL)
    account.server.faults.append(Fault(account.server.creates_notes, silent=True))
    await account.tell("single_use_link.created")
    await account.tell("single_use_link.created")
    assert await account.send() == 1
    assert len(account.server.notes_of(contact)) == 1


async def test_the_lease_outlasts_what_is_done_under_it() -> None:
    assert due.SERVING_SECONDS + due.PUSH_SECONDS < due.LEASE_SECONDS


async def test_what_is_a_month_old_is_forgotten(account: Account) -> None:
    await account.tell("single_use_link.created")
    assert await due.forget_old(account.bureau) == 0
    async with account.bureau.database.connection() as conn:
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        await conn.execute("update crm_pushes set created_at = $1", long_ago)
    assert await due.forget_old(account.bureau) == 1


def _records(account: Account, contact: str) -> int:
    return len(account.server.notes_of(contact)) + len(account.server.meetings_of(contact))
