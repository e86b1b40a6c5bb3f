"""Answers to a booking page's questions: every bad one named, in its own words."""

from typing import Any

import pytest

from services.booking.rules import check_answers
from shared.contracts.booking_links import Question
from shared.errors import Refusal

QUESTIONS = [
    Question("topic", "What about?", "textarea", required=True),
    Question("size", "How many?", "select", options=["one", "many"]),
    Question("agree", "Recorded?", "checkbox"),
    Question("phone", "Phone", "phone"),
]


def _named(answers: dict[str, Any], questions: list[Question] = QUESTIONS) -> list[str]:
    try:
        check_answers(questions, answers)
    except Refusal as refusal:
        return [error.field.removeprefix("answers.") for error in refusal.errors]
    return []


@pytest.mark.parametrize(
    "answers",
    [
        {"topic": "x"},
        {"topic": "x", "size": "many", "agree": True, "phone": "+44 1"},
        {"topic": "x", "size": None, "agree": False, "phone": ""},
        {"topic": "x" * 5000},
    ],
)
def test_good_answers_are_taken(answers: dict[str, Any]) -> None:
    assert _named(answers) == []


@pytest.mark.parametrize(
    ("answers", "named"),
    [
        ({}, ["topic"]),
        ({"topic": None}, ["topic"]),
        ({"topic": ""}, ["topic"]),
        ({"topic": False}, ["topic"]),
        ({"topic": "x", "size": "three"}, ["size"]),
        ({"topic": "x", "size": True}, ["size"]),
        ({"topic": "x", "agree": "yes"}, ["agree"]),
        ({"topic": "x", "phone": True}, ["phone"]),
        ({"topic": "x\0"}, ["topic"]),
        ({"topic": "x" * 5001}, ["topic"]),
        ({"topic": "x", "other": "y"}, ["other"]),
        ({"other": "y", "size": "three", "phone": 7}, ["other", "topic", "size", "phone"]),
    ],
)
def test_every_bad_answer_is_named_at_once(answers: dict[str, Any], named: list[str]) -> None:
    assert _named(answers) == named
    with pytest.raises(Refusal) as refused:
        check_answers(QUESTIONS, answers)
    assert refused.value.code == "validation_failed"


def test_a_required_box_has_to_be_ticked() -> None:
    required = [Question("agree", "Recorded?", "checkbox", required=True)]
    assert _named({"agree": False}, required) == ["agree"]
    assert _named({}, required) == ["agree"]
    assert _named({"agree": True}, required) == []


def test_a_page_without_questions_takes_no_answers() -> None:
    assert _named({}, []) == []
    assert _named({"a": "b"}, []) == ["a"]
