"""A call between two real pieces: what arrives, what comes back, and how refusals travel."""

from typing import Any
from uuid import UUID

import pytest
from msgspec import Struct

from shared import telemetry
from shared.contracts.operation import Nothing, Operation
from shared.errors import FieldError, Refusal
from tests.shared.serving import calling, piece

ID = UUID("01930000-0000-7000-8000-000000000000")
HARD = "a/b?c=d#e%20f&g é\u2028\\..;"


class Ask(Struct):
    text: str
    number: int = 0
    maybe: str | None = None
    sure: bool = False


class Echo(Struct):
    id: UUID
    name: str
    ask: Ask
    request_id: str


CALLER = frozenset({"caller"})
post = Operation("owner", "POST", "/internal/things/{id}/{name}", Ask, Echo, CALLER)
get = Operation("owner", "GET", "/internal/things/{id}/{name}", Ask, Echo, CALLER, repeatable=True)
refuse = Operation("owner", "PUT", "/internal/refusals/{code}", Nothing, Nothing, CALLER)
closed = Operation("owner", "PUT", "/internal/closed", Nothing, Nothing, frozenset({"somebody else"}))


async def _echo(id: UUID, name: str, ask: Ask) -> Echo:
    return Echo(id, name, ask, telemetry.request_id.get())


async def _refuse(code: str) -> Nothing:
    raise Refusal(code, "Because.", (FieldError("a.b", "must be so"),), 7)


async def _never() -> Nothing:
    raise AssertionError("nobody may get here")


HANDLERS: dict[Operation[Any, Any], Any] = {post: _echo, get: _echo, refuse: _refuse, closed: _never}


@pytest.mark.parametrize("operation", [post, get], ids=["POST", "GET"])
async def test_everything_arrives_as_it_was_sent(operation: Operation[Ask, Echo]) -> None:
    async with piece(HANDLERS) as url, calling(url) as peers:
        large = Ask("true", 2**53, "false", True)
        for ask in (Ask("plain"), Ask(HARD, 7, HARD), Ask("+ %2B &amp;", -1), large):
            echo = await peers.call(operation, ask, id=ID, name="a name")
            assert (echo.id, echo.name, echo.ask) == (ID, "a name", ask)


async def test_a_value_in_the_path_cannot_lead_elsewhere() -> None:
    async with piece(HANDLERS) as url, calling(url) as peers:
        for name in ("..", ".", "%2e%2e", "a?b", "a#b", "%", "é", "a b", "a;b", "?"):
            assert (await peers.call(post, Ask("x"), id=ID, name=name)).name == name


async def test_the_request_id_goes_along() -> None:
    mark = telemetry.request_id.set("from-the-edge")
    try:
        async with piece(HANDLERS) as url, calling(url) as peers:
            assert (await peers.call(post, Ask("x"), id=ID, name="n")).request_id == "from-the-edge"
    finally:
        telemetry.request_id.reset(mark)


@pytest.mark.parametrize("code", ["slot_taken", "validation_failed", "unauthorized", "too_many_requests"])
async def test_a_refusal_travels_whole(code: str) -> None:
    async with piece(HANDLERS) as url, calling(url) as peers:
        with pytest.raises(Refusal) as refused:
            await peers.call(refuse, Nothing(), code=code)
    refusal = refused.value
    assert (refusal.code, refusal.detail, refusal.retry_after) == (code, "Because.", 7)
    assert refusal.errors == (FieldError("a.b", "must be so"),)


async def test_a_refusal_with_a_code_of_tomorrow_is_an_internal_error_today() -> None:
    async with piece(HANDLERS) as url, calling(url) as peers:
        with pytest.raises(Refusal) as refused:
            await peers.call(refuse, Nothing(), code="code_of_tomorrow")
    assert refused.value.code == "internal_error"


async def test_a_caller_that_is_not_listed_is_refused() -> None:
    async with piece(HANDLERS) as url, calling(url) as peers:
        with pytest.raises(Refusal) as refused:
            await peers.call(closed, Nothing())
    assert refused.value.code == "caller_not_allowed"
