"""Between pieces: an operation answers only the pieces that it lists, and nobody through the gateway."""

from typing import Any

import aiohttp
import pytest

from shared.contracts.operation import Operation
from shared.identity import Identity
from tests.shared.inventory import operations
from tests.stack import Stack
from tests.system.client import Client
from tests.system.knocking import REFUSED, address, ask, private_key
from tests.system.ledger import Ledger

OPERATIONS = operations()
each = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


@each
async def test_no_internal_address_is_reachable_through_the_gateway(
    app: Client, ledger: Ledger, operation: Operation[Any, Any]
) -> None:
    before = await ledger.contents()
    for path in (
        address(operation),
        f"/{address(operation)}",
        address(operation).replace("/internal", "/%69nternal"),
    ):
        for method in {operation.method, "GET"}:
            answer = await app.ask(method, path, {})
            assert answer.refused == (404, "not_found")
    assert await ledger.contents() == before


@each
async def test_a_caller_without_a_proof_is_refused(
    http: aiohttp.ClientSession, stack: Stack, operation: Operation[Any, Any]
) -> None:
    for authorization in (None, "", "Bearer", "Bearer nope", f"Bearer {stack.api_key}", "Basic Og=="):
        assert await ask(http, stack, operation, authorization) == REFUSED


@each
async def test_a_caller_that_is_not_listed_is_refused(
    http: aiohttp.ClientSession, stack: Stack, operation: Operation[Any, Any]
) -> None:
    callers = {"gateway", "booking", "actions"}
    assert operation.callers <= callers | {"workflows"}
    for name in callers - {operation.owner}:
        proof = Identity(name, private_key(stack, name)).token(operation.owner)
        status, code = await ask(http, stack, operation, f"Bearer {proof}")
        if name in operation.callers:
            assert (status, code) != REFUSED
            assert status < 500
        else:
            assert (status, code) == REFUSED


@pytest.mark.parametrize("piece", ["tokens", "booking", "actions"])
async def test_what_no_operation_owns_is_not_found_on_a_piece(
    http: aiohttp.ClientSession, stack: Stack, piece: str
) -> None:
    for path in ("/", "/internal", "/internal/", "/v1/contacts", "/internal/links/x/y/z"):
        async with http.get(stack.urls[piece] + path, allow_redirects=False) as answer:
            assert answer.status == 404, path


@pytest.mark.parametrize("piece", ["tokens", "booking", "actions"])
async def test_probes_of_a_piece_answer_without_a_proof(
    http: aiohttp.ClientSession, stack: Stack, piece: str
) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        async with http.get(stack.urls[piece] + path) as answer:
            assert answer.status == 200, path
