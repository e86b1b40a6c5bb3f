"""Successful answers: `{"data": …}`, and a list with the cursor of its next page."""

from typing import Any
from uuid import UUID

import msgspec
from starlette.responses import Response


def data(value: Any, status: int = 200) -> Response:
    return _json({"data": value}, status)


def page(rows: list[Any], next_before: UUID | None) -> Response:
    return _json({"data": rows, "next_cursor": next_before}, 200)


def _json(value: object, status: int) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
