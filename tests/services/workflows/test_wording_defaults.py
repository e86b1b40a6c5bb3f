"""The standard workflows: each can be saved and sent as it is, whatever is known, and reads well."""

import re

import msgspec
import pytest

from services.workflows.wording import conditions
from services.workflows.wording.defaults import WORKFLOWS
from services.workflows.wording.template import check, prepare
from services.workflows.wording.values import Facts, values
from shared.contracts.workflows import Email, WorkflowFields
from tests.services.workflows.wording_facts import ADDRESSES, a_booking, full_facts, sparse_facts

KNOWN = {
    "all": full_facts(),
    "free": full_facts(booking=a_booking(payment=None, source=None, answers={}), contact=None, previous=None),
    "booking only": full_facts(booking_link=None, contact=None, previous=None, addresses={}),
    "nothing": sparse_facts(),
}
each_workflow = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)


def mail_of(workflow: WorkflowFields) -> Email:
    [step] = workflow.steps
    assert isinstance(step, Email)
    return step


def sent(trigger: str, to: str, facts: Facts) -> list[Email]:
    """The mails that go to somebody when something happens, by the conditions of their workflows."""
    known = values(facts)
    return [
        mail_of(workflow)
        for workflow in WORKFLOWS
        if workflow.trigger == trigger
        and mail_of(workflow).to == to
        and (
            workflow.condition is None
            or conditions.holds(workflow.condition.field, "equals", workflow.condition.equals, known)
        )
    ]


@each_workflow
def test_each_is_what_an_app_could_have_written_itself(workflow: WorkflowFields) -> None:
    assert msgspec.json.decode(msgspec.json.encode(workflow), type=WorkflowFields) == workflow
    mail = mail_of(workflow)
    assert not check(mail.subject, "subject")
    assert not check(mail.text, "text")
    assert workflow.condition is None or conditions.check(workflow.condition.field) is None


@pytest.mark.parametrize("known", KNOWN)
@each_workflow
def test_each_reads_well_whatever_is_known(workflow: WorkflowFields, known: str) -> None:
    mail, facts = mail_of(workflow), values(KNOWN[known])
    subject = prepare(mail.subject, "subject").render(facts)
    text = prepare(mail.text, "text").render(facts)
    for said in (subject, text):
        assert not re.search(r"None|[{}]|  | [,.]|,\.|: *$|\n\n\n", said, re.MULTILINE)
    assert text.splitlines()[0].endswith(".")
    assert text.splitlines()[1] == ""


@each_workflow
def test_each_says_who_and_when(workflow: WorkflowFields) -> None:
    mail, facts = mail_of(workflow), values(full_facts())
    text = prepare(mail.text, "text").render(facts)
    when = {"customer": "10:00 (Europe/Berlin)", "host": "04:00 (America/New_York)"}[mail.to]
    assert f"When: Tuesday, 24 November 2026, {when}" in text
    assert {"customer": "With: Dana Reyes", "host": "Who: Noor Haddad"}[mail.to] in text
    assert "Product tour" in prepare(mail.subject, "subject").render(facts)


@pytest.mark.parametrize(
    ("trigger", "invitation", "links_to_customer", "links_to_host"),
    [
        ("booking.confirmed", "request", {"reschedule_url", "cancel_url"}, set()),
        ("booking.tentative", None, {"cancel_url"}, {"confirm_url", "decline_url"}),
        ("booking.cancelled", "cancel", set(), set()),
        ("booking.cancelled_by_customer", "cancel", set(), set()),
        ("booking.rescheduled", "request", {"reschedule_url", "cancel_url"}, set()),
        ("booking.rescheduled_by_customer", "request", {"reschedule_url", "cancel_url"}, set()),
    ],
)
def test_customer_and_host_each_get_one_mail_with_what_they_need(
    trigger: str, invitation: str | None, links_to_customer: set[str], links_to_host: set[str]
) -> None:
    facts = full_facts(event={"type": trigger, "from": "confirmed"})
    for to, links in (("customer", links_to_customer), ("host", links_to_host)):
        [mail] = sent(trigger, to, facts)
        assert mail.invitation == invitation
        assert prepare(mail.text, "text").variables & ADDRESSES.keys() == links


def test_a_booking_that_a_move_made_is_not_confirmed_once_more() -> None:
    moved = full_facts(booking=a_booking(rescheduled_from="0199b0c0-7e7a-7000-8000-5a4b3c2d1e0f"))
    assert not sent("booking.confirmed", "customer", moved)
    assert not sent("booking.confirmed", "host", moved)


def test_a_request_that_is_withdrawn_is_told_to_the_host_without_an_invitation() -> None:
    facts = full_facts(event={"from": "tentative"})
    [mail] = sent("booking.cancelled_by_customer", "host", facts)
    assert mail.invitation is None
    assert not sent("booking.cancelled_by_customer", "customer", facts)


def test_who_never_paid_and_left_is_no_news_to_the_host() -> None:
    assert not sent("booking.cancelled_by_customer", "host", full_facts(event={"from": "pending_payment"}))


def test_only_the_customer_hears_of_a_declined_request() -> None:
    [mail] = sent("booking.declined", "customer", full_facts())
    assert "booking_url" in prepare(mail.text, "text").variables
    assert not sent("booking.declined", "host", full_facts())


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("refund_pending", "Your payment of €40.00 is on its way back to you."),
        ("released", "You were not charged."),
        ("captured", None),
    ],
)
def test_who_paid_is_told_what_becomes_of_the_money(status: str, said: str | None) -> None:
    facts = full_facts(booking=a_booking(payment={"status": status, "amount": 4000, "currency": "EUR"}))
    [mail] = sent("booking.cancelled", "customer", facts)
    text = prepare(mail.text, "text").render(values(facts))
    assert (said or "cancelled the meeting.") in text
    assert ("charged" in text or "payment" in text) == (said is not None)
