"""The documents as they are served, and what they promise in words."""

import aiohttp
import pytest

from gateway.routes import TABLE
from shared.errors import STATUS
from tests.openapi.documents import INTERNAL, PIECES, PUBLIC, Document, calls
from tests.stack import Stack


async def _read(url: str) -> Document:
    async with aiohttp.ClientSession() as http, http.get(url) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "application/json"
        document: Document = await answer.json()
        return document


async def test_the_public_document_is_the_one_under_test(stack: Stack) -> None:
    assert await _read(f"{stack.gateway}/openapi.json") == PUBLIC


@pytest.mark.parametrize("piece", PIECES)
async def test_a_pieces_document_is_the_one_under_test(stack: Stack, piece: str) -> None:
    assert await _read(f"{stack.urls[piece]}/internal/openapi.json") == INTERNAL[piece]


def test_every_public_address_is_described() -> None:
    assert {(method.lower(), path) for method, path, _ in TABLE} == set(calls(PUBLIC))


def test_each_call_has_a_name_of_its_own_and_says_in_a_few_words_what_it_does() -> None:
    shown = [PUBLIC["paths"][path][method] for method, path in calls(PUBLIC)]
    assert len({one["operationId"] for one in shown}) == len(shown)
    assert len({(one["tags"][0], one["summary"]) for one in shown}) == len(shown)
    assert all(10 < len(one["summary"]) < 80 for one in shown), [one["summary"] for one in shown]
    assert {tag for one in shown for tag in one["tags"]} == {tag["name"] for tag in PUBLIC["tags"]}


def test_the_codes_are_a_closed_list_without_those_that_mean_something_inside_only() -> None:
    codes = PUBLIC["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert set(codes) == STATUS.keys() - {"caller_not_allowed"} | {"method_not_allowed"}


def test_a_refusal_names_the_codes_that_go_with_its_status() -> None:
    for method, path in calls(PUBLIC):
        for status, answer in PUBLIC["paths"][path][method]["responses"].items():
            if status[0] in "45":
                content = answer["content"]["application/problem+json"]
                codes = content["schema"]["allOf"][1]["properties"]["code"]["enum"]
                told = {str(STATUS[code]) if STATUS[code] < 500 else "5XX" for code in codes}
                assert told == {status}, (method, path)
                assert content["example"]["code"] in codes


def test_what_needs_an_api_key_is_what_a_program_calls() -> None:
    for method, path in calls(PUBLIC):
        shown = PUBLIC["paths"][path][method]
        assert ("security" in shown) == ("401" in shown["responses"]) == path.startswith("/v1/"), path
