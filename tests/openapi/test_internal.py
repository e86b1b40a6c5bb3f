"""Schemathesis over what each piece answers the others, asked as a genuine caller."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings
from schemathesis import Case

from tests.openapi.conftest import Callers
from tests.openapi.documents import CALLERS, INTERNAL, PIECES, readable, some
from tests.openapi.filling import at_home
from tests.openapi.journey import journey
from tests.openapi.world import World
from tests.stack import Stack

# A stranger meets 403 whatever is missing, and no piece asks another in a method that it does not offer.
WITHOUT = ("missing_required_header", "unsupported_method", "allow_header_conformance")
schemas = {piece: readable(INTERNAL[piece], *WITHOUT) for piece in PIECES}
Sending = Callable[[Case[Any], World], dict[str, Any]]


def _sending(stack: Stack, callers: Callers, piece: str) -> Sending:
    def sending(case: Case[Any], _: World) -> dict[str, Any]:
        # What no operation is may be asked by anybody.
        name = CALLERS.get((piece, case.method, case.path), "gateway")
        proof = callers[name].token(piece)
        return {"base_url": stack.urls[piece], "headers": {"Authorization": f"Bearer {proof}"}}

    return sending


def _send(case: Case[Any], world: World, sending: Sending) -> None:
    at_home(case, world)
    case.call_and_validate(**sending(case, world))


@schemas["tokens"].parametrize()
@some(10)
def test_tokens_answers_as_it_says(case: Case[Any], stack: Stack, callers: Callers, world: World) -> None:
    _send(case, world, _sending(stack, callers, "tokens"))


@schemas["booking"].parametrize()
@some(10)
def test_booking_answers_as_it_says(case: Case[Any], stack: Stack, callers: Callers, world: World) -> None:
    _send(case, world, _sending(stack, callers, "booking"))


@schemas["actions"].parametrize()
@some(10)
def test_actions_answers_as_it_says(case: Case[Any], stack: Stack, callers: Callers, world: World) -> None:
    _send(case, world, _sending(stack, callers, "actions"))


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_answers_what_follows_as_it_says(
    stack: Stack, callers: Callers, worlds: Iterator[World], piece: str
) -> None:
    machine = journey(INTERNAL[piece], schemas[piece], worlds, _sending(stack, callers, piece))
    machine.run(settings=settings(some(8), stateful_step_count=20))
