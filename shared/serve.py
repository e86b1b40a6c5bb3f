"""The server half of an Operation: decoding, caller check, deadline, errors, logs and metrics, once."""

import inspect
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from functools import cache
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from starlette.responses import StreamingResponse
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from shared import deadline, telemetry
from shared.contracts.operation import Chunks, Nothing, Operation
from shared.errors import Refusal, WireError
from shared.identity import Callers
from shared.ids import new_id

Handler = Callable[..., Any]
"""Returns an awaitable of the answer, or for Chunks an async iterator of bytes."""
DEFAULT_SECONDS = 10.0
LARGEST_BODY = 16 * 1024 * 1024
_JSON = (b"content-type", b"application/json")
_NUMBER = re.compile(r"-?[0-9]{1,18}")
_FLAGS = {"true": True, "false": False}
Asked = TypeVar("Asked", bound=msgspec.Struct)


class Endpoint:
    """One operation as a pure ASGI application.

    The handler is called with the path's values by name, converted to what it annotates, and
    with `ask` unless the operation asks nothing. What it returns is encoded; a Refusal it raises
    travels as such; anything else becomes `internal_error`, with the reason in the log alone.
    """

    def __init__(self, operation: Operation[Any, Any], handler: Handler, callers: Callers) -> None:
        self.operation = operation
        self._handler = handler
        self._callers = callers
        self._decoder = msgspec.json.Decoder(operation.ask)
        self._encoder = msgspec.json.Encoder()
        self._uuids = _uuids(operation, handler)
        self._name = f"{operation.method} {operation.path}"
        self._streams = operation.answer is Chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        headers = dict(scope["headers"])
        mark = telemetry.request_id.set(headers.get(b"x-request-id", b"").decode("latin-1") or str(new_id()))
        try:
            status, body = await self._answer(scope, headers, receive)
            if isinstance(body, bytes):
                await _send(send, status, body)
            else:
                await StreamingResponse(body)(scope, receive, send)
        finally:
            took = time.perf_counter() - began
            telemetry.seconds.labels(self._name, status).observe(took)
            telemetry.log.debug(
                "answered",
                operation=self._name,
                status=status,
                ms=round(took * 1000, 2),
                request_id=telemetry.request_id.get(),
            )
            telemetry.request_id.reset(mark)

    async def _answer(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive
    ) -> tuple[int, bytes | AsyncIterator[bytes]]:
        try:
            self._admit(headers)
            async with deadline.within(_time_left(headers)):
                values = self._values(scope)
                if self.operation.ask is not Nothing:
                    values["ask"] = await self._ask(scope, receive)
                if self._streams:
                    return 200, await _begun(self._handler(**values))
                return 200, self._encoder.encode(await self._handler(**values))
        except Refusal as refusal:
            error = WireError(refusal.code, refusal.detail, refusal.errors, refusal.retry_after)
            return refusal.status, self._encoder.encode(error)
        except Exception:
            telemetry.log.exception("failed", operation=self._name, request_id=telemetry.request_id.get())
            return 500, self._encoder.encode(WireError("internal_error"))

    def _admit(self, headers: Mapping[bytes, bytes]) -> None:
        scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if scheme != "Bearer" or self._callers.recognise(token) not in self.operation.callers:
            raise Refusal("caller_not_allowed")

    def _values(self, scope: Scope) -> dict[str, Any]:
        try:
            return {
                name: UUID(value) if name in self._uuids else value
                for name, value in scope["path_params"].items()
            }
        except ValueError:
            raise Refusal("not_found") from None

    async def _ask(self, scope: Scope, receive: Receive) -> object:
        try:
            if self.operation.method == "GET":
                query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
                return read_query(query, self.operation.ask)
            return self._decoder.decode(await read_body(receive, LARGEST_BODY))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Refusal("invalid_request", str(error)) from None


def _uuids(operation: Operation[Any, Any], handler: Handler) -> set[str]:
    """Which of the path's values the handler wants as UUIDs; TypeError when the two do not fit."""
    wanted = {name: p.annotation for name, p in inspect.signature(handler).parameters.items()}
    given = set(re.findall(r"{(\w+)}", operation.path)) | ({"ask"} if operation.ask is not Nothing else set())
    if wanted.keys() != given:
        raise TypeError(f"{operation.method} {operation.path} gives {given}, its handler takes {set(wanted)}")
    return {name for name, kind in wanted.items() if kind is UUID}


async def _begun(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream, once it has begun well: what fails before that can still be answered as an error."""
    first = await anext(chunks)

    async def stream() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return stream()


def read_query(given: Mapping[str, str], kind: type[Asked]) -> Asked:
    """The struct that query parameters spell; only numbers, yes and no are more than their letters.

    msgspec's own laxness would take the word null for nothing, and a number for a time.
    """
    numbers, flags = _named(kind, msgspec.inspect.IntType), _named(kind, msgspec.inspect.BoolType)
    values: dict[str, object] = dict(given)
    values |= {name: int(given[name]) for name in numbers & given.keys() if _NUMBER.fullmatch(given[name])}
    values |= {name: _FLAGS[given[name]] for name in flags & given.keys() if given[name] in _FLAGS}
    return msgspec.convert(values, kind)


@cache
def _named(kind: type, wanted: type[msgspec.inspect.Type]) -> frozenset[str]:
    """Which of a struct's fields are of this type."""
    about = msgspec.inspect.type_info(kind)
    fields = about.fields if isinstance(about, msgspec.inspect.StructType) else ()
    return frozenset(one.encode_name for one in fields if isinstance(one.type, wanted))


async def read_body(receive: Receive, largest: int) -> bytes:
    """The whole body; Refusal `payload_too_large` as soon as it is longer than allowed."""
    chunks, length, more = [], 0, True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        length, more = length + len(chunks[-1]), message.get("more_body", False)
        if length > largest:
            raise Refusal("payload_too_large")
    return b"".join(chunks)


def bind(operation: Operation[Any, Any], handler: Handler, callers: Callers) -> BaseRoute:
    """The route that answers an operation."""
    return Route(operation.path, Endpoint(operation, handler, callers), methods=[operation.method])


def _time_left(headers: Mapping[bytes, bytes]) -> float:
    text = headers.get(deadline.HEADER.encode(), b"")
    seconds = int(text) / 1000 if text.isdigit() and len(text) < 10 else DEFAULT_SECONDS
    if seconds <= 0:
        raise Refusal("timeout")
    return min(seconds, 60.0)


async def _send(send: Send, status: int, body: bytes) -> None:
    headers = [_JSON, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
