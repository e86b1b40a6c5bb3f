"""What every piece says of its own operations; the gateway tells nothing of the others'."""

import json

import aiohttp
import pytest

from tests.shared.inventory import operations
from tests.stack import Stack


@pytest.mark.parametrize("piece", ["tokens", "booking", "actions", "gateway"])
async def test_a_piece_describes_exactly_the_operations_it_offers_the_others(
    http: aiohttp.ClientSession, stack: Stack, piece: str
) -> None:
    async with http.get(f"{stack.urls[piece]}/internal/openapi.json") as answer:
        assert answer.status == 200
        described = json.loads(await answer.read())
    assert described["openapi"] == "3.1.0"
    told = {(method.upper(), path) for path, by_method in described["paths"].items() for method in by_method}
    assert told == {(one.method, one.path) for one in operations().values() if one.owner == piece}
