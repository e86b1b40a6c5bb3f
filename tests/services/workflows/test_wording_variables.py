"""Variables: every one of the catalogue has its value, in the zone and the words that people expect."""

from collections.abc import Mapping
from typing import Any

import pytest

from services.workflows.wording.template import check, prepare
from services.workflows.wording.values import Facts, values
from services.workflows.wording.variables import CATALOGUE, variable
from tests.services.workflows.wording_facts import (
    a_booking,
    full_facts,
    id_of,
    sparse_facts,
)


def said(text: str, facts: Facts) -> str:
    return prepare(text, "text").render(values(facts))


@pytest.mark.parametrize("path", [variable.path for variable in CATALOGUE])
def test_every_variable_says_something_when_all_is_known(path: str) -> None:
    assert said(f"{{{{ {path} }}}}", full_facts()).strip()


def test_every_value_of_a_run_is_in_the_catalogue_or_only_for_conditions() -> None:
    def paths(value: Any, path: str = "") -> list[str]:
        if isinstance(value, Mapping) and path not in ("data", "event", "booking.answers"):
            return [each for key in value for each in paths(value[key], f"{path}.{key}".strip("."))]
        return [path]

    only_conditions = {"event", "booking.rescheduled_from"}
    assert {path for path in paths(values(full_facts())) if variable(path) is None} == only_conditions


def test_times_are_said_in_the_bookings_zone() -> None:
    assert said("{{ booking.start }}", full_facts()) == "Tuesday, 24 November 2026, 10:00 (Europe/Berlin)"
    assert said(
        "{{ booking.day }} {{ booking.date }} {{ booking.time }}–{{ booking.end_time }}", full_facts()
    ) == ("Tuesday 24 November 2026 10:00–10:45")
    assert said("{{ booking.previous_start }}", full_facts()).startswith("Monday, 23 November 2026, 10:00")


def test_without_a_booking_times_are_said_in_the_booking_links_zone_and_else_in_utc() -> None:
    facts = full_facts(booking=None, contact=None)
    assert said("{{ now }}", facts) == "Friday, 20 November 2026, 03:00 (America/New_York)"
    assert said("{{ data.visit_at | time }}", facts) == "04:00"
    assert said("{{ now }}", sparse_facts()) == "Friday, 20 November 2026, 08:00 (UTC)"


def test_a_zone_nobody_knows_is_utc() -> None:
    assert said(
        "{{ booking.time }} {{ booking.timezone }}", full_facts(booking=a_booking(timezone="Mars/One"))
    ) == ("09:00 UTC")


def test_the_contact_is_the_customer_when_there_is_no_other() -> None:
    customer = {"name": "Li Wei Chen", "email": "li@example.com"}
    facts = full_facts(contact=None, booking=a_booking(customer=customer))
    assert said("{{ contact.name }}, {{ contact.first_name }}, {{ contact.email }}", facts) == (
        "Li Wei Chen, Li, li@example.com"
    )
    assert said("{{ contact.phone }}", facts) == ""


def test_money_answers_and_source_are_said_in_words() -> None:
    assert said("{{ booking.price }} {{ booking.payment_status }}", full_facts()) == "€40.00 captured"
    assert said("{{ booking.answers.company }} {{ booking.answers.updates }}", full_facts()) == "Acme yes"
    assert said("{{ booking.source.campaign }}", full_facts()) == "spring"
    free = full_facts(booking=a_booking(payment=None, source=None))
    assert said("{{ booking.price }}{{ booking.source.campaign }}", free) == ""


def test_a_programs_own_data_is_said_by_its_own_names() -> None:
    assert said("{{ data.deal.name }}: {{ data.deal.seats }}", full_facts()) == "Renewal: 30"
    assert said("{{ data.items }}{{ data.deal.keys }}{{ data.nothing.at.all }}", full_facts()) == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("contact.nmae", "contact.name"),
        ("contact.firstname", "contact.first_name"),
        ("email", "contact.email"),
        ("single_use_link", "single_use_url"),
        ("Booking.start", "booking.start"),
        ("bookinglink.title", "booking_link.title"),
    ],
)
def test_an_unknown_variable_is_refused_with_its_line_and_the_one_that_was_meant(
    typed: str, meant: str
) -> None:
    assert [str(problem) for problem in check(f"Hi,\nsee {{{{ {typed} }}}}", "text")] == [
        f"line 2: unknown variable `{typed}`: did you mean `{meant}`?"
    ]


def test_an_unknown_variable_like_no_other_is_refused_without_a_guess() -> None:
    assert str(check("{{ zzz }}", "text")[0]) == "line 1: unknown variable `zzz`"


def test_a_template_knows_which_variables_it_names() -> None:
    text = "{% if booking.price %}{{ 'x' | upper }}{% endif %}{{ single_use_url }}{# {{ now }} #}"
    assert prepare(text, "text").variables == {"booking.price", "single_use_url"}


def test_a_booking_that_was_moved_knows_from_which() -> None:
    moved = full_facts(booking=a_booking(rescheduled_from=str(id_of(9))))
    assert values(moved)["booking"]["rescheduled_from"] == str(id_of(9))
