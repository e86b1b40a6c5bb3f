"""Asking a piece directly, as another piece or as somebody who poses as one."""

import json
import re
from typing import Any

import aiohttp

from shared.contracts.operation import Operation
from tests.stack import Stack
from tests.system.making import NOBODY

REFUSED = (403, "caller_not_allowed")


def address(operation: Operation[Any, Any]) -> str:
    """Its path, with an id that nothing has in every place."""
    return re.sub(r"{\w+}", NOBODY, operation.path)


async def ask(
    http: aiohttp.ClientSession, stack: Stack, operation: Operation[Any, Any], authorization: str | None
) -> tuple[int, str]:
    """Status and code of what the owner answers to an empty question."""
    headers = {} if authorization is None else {"Authorization": authorization}
    url = stack.urls[operation.owner] + address(operation)
    async with http.request(operation.method, url, data=b"{}", headers=headers) as answer:
        body = await answer.read()
        return answer.status, json.loads(body).get("code", "") if answer.status >= 400 else ""


def private_key(stack: Stack, piece: str) -> str:
    """What a piece proves itself with."""
    return stack._pieces.processes[piece].environment["SERVICE_KEY"]
