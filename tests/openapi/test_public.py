"""Schemathesis over the public document: no answer that it does not tell of, no fault of ours."""

from collections.abc import Iterator
from typing import Any

from hypothesis import settings
from schemathesis import Case

from tests.openapi.documents import PUBLIC, WEBHOOK, exact, readable, some
from tests.openapi.filling import at_home
from tests.openapi.journey import journey
from tests.openapi.world import World
from tests.stack import Stack

# tests/system walks all methods of every address. What is sent here cannot be signed as a payment provider
# signs: tests/payments sends messages of every shape.
schema = readable(exact(PUBLIC), "unsupported_method").exclude(path=WEBHOOK)
# Whoever ends the key that it calls with learns nothing after that.
lasting = readable(exact(PUBLIC), "unsupported_method").exclude(method="DELETE", path="/v1/api-keys/{id}")
lasting = lasting.exclude(path=WEBHOOK)


def _with(api_key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_key}"}


@schema.parametrize()
@some(12)
def test_whatever_is_sent_the_answer_is_a_described_one(
    case: Case[Any], stack: Stack, api_key: str, world: World
) -> None:
    at_home(case, world)
    case.call_and_validate(base_url=stack.gateway, headers=_with(api_key))


def test_whatever_follows_from_an_answer_is_described_too(stack: Stack, worlds: Iterator[World]) -> None:
    def sending(case: Case[Any], known: World) -> dict[str, Any]:
        return {"base_url": stack.gateway, "headers": _with(known["own_key"])}

    journey(PUBLIC, lasting, worlds, sending).run(settings=settings(some(15), stateful_step_count=25))
