"""The workflows that every new app starts with, to be changed or removed as it likes."""

from typing import Literal

from services.workflows.wording import texts
from shared.contracts.workflows import Condition, Email, Trigger, WorkflowFields

Invitation = Literal["request", "cancel"]

_FIRST = Condition(field="booking.rescheduled_from", equals=None)
"""Not what a move made: that has a message of its own."""
_WAS_CONFIRMED = Condition(field="event.from", equals="confirmed")
_WAS_ASKED = Condition(field="event.from", equals="tentative")


def _mail(
    name: str,
    trigger: Trigger,
    to: Literal["customer", "host"],
    words: texts.Words,
    invitation: Invitation | None = None,
    condition: Condition | None = None,
) -> WorkflowFields:
    mail = Email(to=to, subject=words.subject, text=words.text, invitation=invitation)
    return WorkflowFields(name=name, trigger=trigger, steps=[mail], condition=condition)


WORKFLOWS: tuple[WorkflowFields, ...] = (
    _mail("Confirmation", "booking.confirmed", "customer", texts.CONFIRMED, "request", _FIRST),
    _mail("New booking, to the host", "booking.confirmed", "host", texts.NEW_FOR_HOST, "request", _FIRST),
    _mail("Request received", "booking.tentative", "customer", texts.REQUESTED),
    _mail("Request, to the host", "booking.tentative", "host", texts.REQUEST_FOR_HOST),
    _mail("Declined", "booking.declined", "customer", texts.DECLINED),
    _mail("Cancelled by the host", "booking.cancelled", "customer", texts.CANCELLED, "cancel"),
    _mail("Cancelled, to the host", "booking.cancelled", "host", texts.CANCELLED_FOR_HOST, "cancel"),
    _mail(
        "Cancelled by the customer",
        "booking.cancelled_by_customer",
        "customer",
        texts.CANCELLED_BY_CUSTOMER,
        "cancel",
        _WAS_CONFIRMED,
    ),
    _mail(
        "Cancelled by the customer, to the host",
        "booking.cancelled_by_customer",
        "host",
        texts.CANCELLED_BY_CUSTOMER_FOR_HOST,
        "cancel",
        _WAS_CONFIRMED,
    ),
    _mail(
        "Request withdrawn, to the host",
        "booking.cancelled_by_customer",
        "host",
        texts.WITHDRAWN_FOR_HOST,
        condition=_WAS_ASKED,
    ),
    _mail("Moved by the host", "booking.rescheduled", "customer", texts.MOVED, "request"),
    _mail("Moved, to the host", "booking.rescheduled", "host", texts.MOVED_FOR_HOST, "request"),
    _mail("Moved by the customer", "booking.rescheduled_by_customer", "customer", texts.MOVED, "request"),
    _mail(
        "Moved by the customer, to the host",
        "booking.rescheduled_by_customer",
        "host",
        texts.MOVED_FOR_HOST,
        "request",
    ),
)
