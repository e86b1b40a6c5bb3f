"""Every example that a document shows works, once what it stands for exists."""

from typing import Any

import pytest

from tests.openapi.conftest import Callers
from tests.openapi.documents import (
    CALLERS,
    INTERNAL,
    PUBLIC,
    WEBHOOK,
    Document,
    body_example,
    calls,
    exact,
    query_example,
    readable,
)
from tests.openapi.filling import at, filled, named
from tests.openapi.message import SIGNATURE
from tests.openapi.world import World
from tests.stack import Stack

INSIDE = [(piece, method, path) for piece, document in INTERNAL.items() for method, path in calls(document)]
public = readable(exact(PUBLIC))
inside = {piece: readable(document) for piece, document in INTERNAL.items()}


def _shown(document: Document, method: str, path: str, world: World) -> dict[str, Any]:
    """The parts of a call as the document shows them, with what exists in its path."""
    world = at(path, world)
    names = [one["name"] for one in document["paths"][path][method]["parameters"] if one["in"] == "path"]
    parts: dict[str, Any] = {
        "path_parameters": {name: world[named(path, name)] for name in names},
        "query": filled(query_example(document, method, path), world),
    }
    body = body_example(document, method, path)
    return parts if body is None else parts | {"body": filled(body, world), "media_type": "application/json"}


@pytest.mark.parametrize(("method", "path"), calls(PUBLIC))
def test_a_public_example_succeeds(stack: Stack, api_key: str, world: World, method: str, path: str) -> None:
    parts, headers = _shown(PUBLIC, method, path, world), {"Authorization": f"Bearer {api_key}"}
    if path == WEBHOOK:  # Its body and its signature are the provider's own.
        parts |= {"body": world["body"], "media_type": "text/plain"}
        headers[SIGNATURE] = world[SIGNATURE]
    case = public[path][method].Case(**parts)
    answer = case.call_and_validate(base_url=stack.gateway, headers=headers)
    assert answer.status_code == int(min(PUBLIC["paths"][path][method]["responses"]))


@pytest.mark.parametrize(("piece", "method", "path"), INSIDE)
def test_an_internal_example_succeeds(
    stack: Stack, callers: Callers, world: World, piece: str, method: str, path: str
) -> None:
    proof = callers[CALLERS[piece, method.upper(), path]].token(piece)
    case = inside[piece][path][method].Case(**_shown(INTERNAL[piece], method, path, world))
    answer = case.call_and_validate(base_url=stack.urls[piece], headers={"Authorization": f"Bearer {proof}"})
    assert answer.status_code == 200


@pytest.mark.parametrize(("method", "path"), calls(PUBLIC))
def test_what_takes_a_body_shows_one(method: str, path: str) -> None:
    takes_one = "requestBody" in PUBLIC["paths"][path][method]
    assert takes_one == (body_example(PUBLIC, method, path) is not None)
