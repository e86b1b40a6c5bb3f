"""JSON payloads: their texts are templates, and what is one variable alone keeps its type."""

from typing import Any

import msgspec
import pytest

from services.workflows.wording import payload
from services.workflows.wording.template import LONGEST_OUTPUT
from services.workflows.wording.values import values
from tests.services.workflows.wording_facts import full_facts, sparse_facts


def filled(given: object) -> Any:
    return payload.render(given, values(full_facts()))


def test_texts_are_templates_at_any_depth_and_all_else_stays() -> None:
    given = {"who": {"names": ["{{ contact.name }}!", 3, None, True]}, "{{ now }}": 1.5}
    assert not payload.check(given)
    assert filled(given) == {"who": {"names": ["Noor Haddad!", 3, None, True]}, "{{ now }}": 1.5}


def test_a_variable_alone_keeps_its_type() -> None:
    assert filled("{{ booking.duration_minutes }}") == 45
    assert filled("{{ booking.answers.updates }}") is True
    assert filled("{{ data.deal }}") == {"name": "Renewal", "seats": 30}
    assert filled("{{ data.nothing.at.all }}") is None
    assert payload.render("{{ booking.start }}", values(sparse_facts())) is None


def test_times_are_for_programs() -> None:
    assert filled("{{ booking.start }}") == "2026-11-24T09:00:00Z"
    assert filled("at {{ booking.start }}: {{ booking.answers.updates }}") == "at 2026-11-24T09:00:00Z: true"


def test_problems_say_where_they_are() -> None:
    given = {"order": {"lines": ["ok", "{{ contact.nmae }}"]}, "b": "{% for %}"}
    assert [(where, problem.message[:31]) for where, problem in payload.check(given)] == [
        ("order.lines[1]", "unknown variable `contact.nmae`"),
        ("b", "`for` is not offered: there are"),
    ]


def test_a_payload_knows_which_variables_it_names() -> None:
    given = {"a": ["{{ single_use_url }}", "{{ now }} {{ data.x }}"], "b": 1}
    assert payload.variables(given) == {"single_use_url", "now", "data.x"}


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else "x"


@pytest.mark.parametrize("given", [nested(9), nested(600), ["x"] * 501, ["x" * 2000] * 11])
def test_a_payload_that_is_too_large_is_refused(given: object) -> None:
    [(_, problem)] = payload.check(given)
    assert "larger than a payload may be" in problem.message


def test_a_payload_that_is_large_enough_is_taken() -> None:
    assert not payload.check([nested(7), ["x"] * 400, ["x" * 2000] * 9])


def test_what_is_filled_in_is_bounded() -> None:
    known = {"data": {"big": ["y" * 1000] * 30, "small": 1}}
    said = payload.render(["{{ data.big }}"] * 20 + ["{{ data.small }}"], known)
    assert said[:3] == [known["data"]["big"]] * 3
    assert said[4] is None
    assert said[-1] == 1
    assert len(msgspec.json.encode(said)) <= LONGEST_OUTPUT + 500
