"""A filter that cannot be read is refused: it must not vanish and let everything through."""

from typing import Any

import aiohttp
import pytest

from tests.openapi.documents import PUBLIC, calls
from tests.stack import Stack
from tests.system.making import NOBODY

TEXTS = ("", "null", "NULL", "0.5", "1700000000")
OPTIONAL = [
    (path, one["name"])
    for method, path in calls(PUBLIC)
    for one in PUBLIC["paths"][path][method]["parameters"]
    if one["in"] == "query" and (one["schema"].get("format") or one["schema"].get("enum"))
]


async def _asked(url: str, api_key: str, **query: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {api_key}"}
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers, params=query) as answer:
        return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize(("path", "name"), OPTIONAL)
async def test_neither_nothing_nor_null_nor_a_number_is_an_id_a_state_or_a_time(
    stack: Stack, api_key: str, path: str, name: str
) -> None:
    url = stack.gateway + path.replace("{slug}", "any-page").replace("{id}", NOBODY)
    others = {"from": "2030-01-01", "to": "2030-01-02", "timezone": "UTC"} if "slots" in path else {}
    for text in TEXTS:
        status, problem = await _asked(url, api_key, **(others | {name: text}))
        assert (status, problem["errors"][0]["field"]) == (422, name), text


async def test_a_search_takes_every_text_as_it_is(stack: Stack) -> None:
    api_key = await stack.create_app("Without contacts")
    for text in ("null", "0.5", "1700000000"):
        status, found = await _asked(f"{stack.gateway}/v1/contacts", api_key, q=text)
        assert (status, found["data"]) == (200, [])
