"""The closed catalogue of what a template may name."""

import re
from collections.abc import Mapping, Set
from difflib import get_close_matches
from typing import Literal, NamedTuple

Origin = Literal["always", "contact", "booking", "booking_link", "moved", "step", "trigger"]
"""When a variable has a value: always; when the run is about a contact, a booking or a booking link; when
the booking was moved; when the step makes the link; when the trigger brought it."""


class Variable(NamedTuple):
    """One name that templates know, what it stands for, and when it stands for anything."""

    path: str
    meaning: str
    example: str
    origin: Origin


_ID = "0199b0c0-7e7a-7000-8000-5a4b3c2d1e0f"
_START = "Tuesday, 24 November 2026, 10:00 (Europe/Berlin)"
_PAGE = "https://example.com/book/product-tour"
_ACT = "https://example.com/bookings/…/external_action"

CATALOGUE: tuple[Variable, ...] = (
    Variable("contact.name", "The contact, or else the customer", "Amara Okafor", "contact"),
    Variable("contact.first_name", "The first word of that name", "Amara", "contact"),
    Variable("contact.email", "Their address, or else the customer's", "amara@example.com", "contact"),
    Variable("contact.phone", "The contact's telephone number", "+49 30 901820", "contact"),
    Variable("contact.external_ref", "The contact's id in another system", "crm-4711", "contact"),
    Variable("contact.id", "The contact's id", _ID, "contact"),
    Variable("booking.id", "The booking's id", _ID, "booking"),
    Variable("booking.title", "What is booked: the booking link's title", "Product tour", "booking"),
    Variable("booking.description", "The booking link's description", "A tour of it all.", "booking"),
    Variable("booking.start", "When it begins, in the booking's time zone", _START, "booking"),
    Variable("booking.end", "When it ends", "Tuesday, 24 November 2026, 10:45 (Europe/Berlin)", "booking"),
    Variable("booking.date", "The day it begins", "24 November 2026", "booking"),
    Variable("booking.day", "The weekday it begins", "Tuesday", "booking"),
    Variable("booking.time", "The time of day it begins", "10:00", "booking"),
    Variable("booking.end_time", "The time of day it ends", "10:45", "booking"),
    Variable("booking.timezone", "The time zone that its times are in", "Europe/Berlin", "booking"),
    Variable("booking.duration_minutes", "How long it takes", "45", "booking"),
    Variable("booking.state", "Its state", "confirmed", "booking"),
    Variable("booking.customer_name", "Who booked", "Noor Haddad", "booking"),
    Variable("booking.customer_first_name", "The first word of that name", "Noor", "booking"),
    Variable("booking.customer_email", "The address they booked with", "noor@example.com", "booking"),
    Variable("booking.answers", "All answers, by their questions' keys", "company: Acme", "booking"),
    Variable("booking.host_start", "When it begins, in the booking link's time zone", _START, "booking"),
    Variable("booking.host_previous_start", "The same, before it was moved", _START, "moved"),
    Variable("booking.previous_start", "When it was to begin before it was moved", _START, "moved"),
    Variable("booking.price", "What it costs", "€40.00", "booking"),
    Variable("booking.payment_status", "How far that is paid", "captured", "booking"),
    Variable("booking.source.campaign", "The campaign of the link it came by", "spring", "booking"),
    Variable("host.name", "Whose time is booked", "Dana Reyes", "booking_link"),
    Variable("host.email", "The host's address", "dana@example.com", "booking_link"),
    Variable("booking_link.title", "The booking link's title", "Product tour", "booking_link"),
    Variable("booking_link.slug", "The last part of its address", "product-tour", "booking_link"),
    Variable("booking_link.url", "Its page", _PAGE, "booking_link"),
    Variable("single_use_url", "A fresh link of this step", "https://example.com/single-use/…", "step"),
    Variable("cancel_url", "Cancels, for the customer", f"{_ACT}/cancel_by_customer", "booking"),
    Variable("reschedule_url", "Moves, for the customer", f"{_ACT}/reschedule_by_customer", "booking"),
    Variable("confirm_url", "Confirms, for the host", f"{_ACT}/confirm", "booking"),
    Variable("decline_url", "Declines, for the host", f"{_ACT}/decline", "booking"),
    Variable(
        "booking_url",
        "The page where anybody can book",
        "https://example.com/book/product-tour",
        "booking_link",
    ),
    Variable("data", "All that the trigger brought", '{"stage": "won"}', "trigger"),
    Variable("app.name", "Your app's name", "Acme", "always"),
    Variable("workflow.name", "The workflow's name", "After a no-show", "always"),
    Variable("now", "The moment of sending", _START, "always"),
)
VARIABLES: Mapping[str, Variable] = {variable.path: variable for variable in CATALOGUE}

OPEN: Mapping[str, Variable] = {
    "booking.answers.": Variable("booking.answers.…", "An answer, by its question's key", "Acme", "booking"),
    "data.": Variable("data.…", "What the trigger brought, by its own names", "won", "trigger"),
}
"""Beginnings whose rest is not ours to know."""

CONDITIONAL: Set[str] = frozenset(
    {"booking.rescheduled_from", "event.type", "event.actor", "event.action", "event.from"}
)
"""What conditions may ask for besides."""

_KEY = re.compile(r"(?!__)\w+(\.(?!__)\w+)*")


def variable(path: str) -> Variable | None:
    """What the catalogue says of a path; None when it is unknown."""
    for beginning, of in OPEN.items():
        if path.startswith(beginning):
            return of if _KEY.fullmatch(path.removeprefix(beginning)) else None
    return VARIABLES.get(path)


def nearest(path: str, others: Set[str] = frozenset()) -> str | None:
    """The known path that was probably meant, among the catalogue's and `others`."""
    known = [*VARIABLES, *others]
    by_end = (other for other in known if other.rpartition(".")[2] == path)
    close = get_close_matches(path[:100], known, n=1, cutoff=0.6)
    return next(by_end, None) or (close[0] if close else None)


def unknown(path: str, others: Set[str] = frozenset()) -> str:
    """The sentence that refuses a path."""
    meant = nearest(path, others)
    return f"unknown variable `{path[:100]}`" + (f": did you mean `{meant}`?" if meant else "")
