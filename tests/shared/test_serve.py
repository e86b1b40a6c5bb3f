"""An operation as it is served: what is wrong with a request is said, what is wrong inside is not."""

import json
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from msgspec import Struct

from shared.contracts.operation import Nothing, Operation
from shared.identity import Callers, Identity
from shared.serve import LARGEST_BODY, bind
from tests.shared.serving import piece
from tests.shared.settings import KEY, PUBLIC_KEY

ID = "01930000-0000-7000-8000-000000000000"


class Ask(Struct):
    number: int


CALLER = frozenset({"caller"})
post = Operation("owner", "POST", "/internal/things/{thing_id}", Ask, Nothing, CALLER)
broken = Operation("owner", "POST", "/internal/broken", Ask, Nothing, CALLER)


async def _take(thing_id: UUID, ask: Ask) -> Nothing:
    assert isinstance(thing_id, UUID)
    return Nothing()


async def _break(ask: Ask) -> Nothing:
    raise ZeroDivisionError("the password is hunter2")


async def _ask(path: str, body: bytes, method: str = "POST", **headers: str) -> tuple[int, dict[str, Any]]:
    sent = {"Authorization": f"Bearer {Identity('caller', KEY).token('owner')}", **headers}
    async with (
        piece({post: _take, broken: _break}) as url,
        aiohttp.ClientSession() as http,
        http.request(method, url + path, data=body, headers=sent) as answer,
    ):
        text = await answer.text()
        return answer.status, json.loads(text) if text.startswith("{") else {"text": text}


async def test_a_good_request_is_answered() -> None:
    assert await _ask(f"/internal/things/{ID}", b'{"number":1,"newer":2}') == (200, {})


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"number":"1"}', b"[" * 200_000, b'{"number":1e999}', b"\xff\xfe"]
)
async def test_a_body_that_cannot_be_read_is_refused(body: bytes) -> None:
    status, error = await _ask(f"/internal/things/{ID}", body)
    assert (status, error["code"]) == (400, "invalid_request")


async def test_a_body_beyond_all_measure_is_refused() -> None:
    status, error = await _ask(f"/internal/things/{ID}", b" " * (LARGEST_BODY + 1))
    assert (status, error["code"]) == (413, "payload_too_large")


@pytest.mark.parametrize("wrong", ["nope", "0", f"{ID}0", "%00"])
async def test_a_path_that_names_nothing_is_not_found(wrong: str) -> None:
    status, error = await _ask(f"/internal/things/{wrong}", b'{"number":1}')
    assert (status, error["code"]) == (404, "not_found")


async def test_a_defect_is_an_internal_error_without_a_word_about_it() -> None:
    assert await _ask("/internal/broken", b'{"number":1}') == (500, {"code": "internal_error"})


@pytest.mark.parametrize("left", ["0", "00"])
async def test_work_that_cannot_finish_is_refused_at_once(left: str) -> None:
    status, error = await _ask(f"/internal/things/{ID}", b'{"number":1}', **{"X-Time-Left-Ms": left})
    assert (status, error["code"]) == (504, "timeout")


@pytest.mark.parametrize("left", ["", "-1", "soon", "9" * 400, "9" * 5000, "1e9"])
async def test_a_time_left_that_is_none_is_no_error(left: str) -> None:
    status, _ = await _ask(f"/internal/things/{ID}", b'{"number":1}', **{"X-Time-Left-Ms": left})
    assert status == 200


def test_a_handler_that_does_not_fit_its_operation_is_found_when_the_piece_is_built() -> None:
    callers = Callers("owner", f"caller:{PUBLIC_KEY}")

    async def forgets_the_body(thing_id: UUID) -> Nothing:
        return Nothing()

    async def calls_it_otherwise(id: UUID, ask: Ask) -> Nothing:
        return Nothing()

    for handler in (forgets_the_body, calls_it_otherwise):
        with pytest.raises(TypeError):
            bind(post, handler, callers)
