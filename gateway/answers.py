"""Successful answers: `{"data": …}`, and a list with the cursor of its next page; or another one instead."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from starlette.responses import Response


class Instead(Exception):
    """Raised by what a handler asks for: the answer to give in the place of the handler's own."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def data(value: Any, status: int = 200) -> Response:
    return _json({"data": value}, status)


def page(rows: Sequence[Any], next_before: UUID | None) -> Response:
    return _json({"data": rows, "next_cursor": next_before}, 200)


def _json(value: object, status: int) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")


async def begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """A stream that has begun well: what goes wrong before its first piece is a problem like any other."""
    first = await anext(chunks)

    async def stream() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return stream()
