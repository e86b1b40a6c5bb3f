"""The API for programs: mail as JSON, and switches."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.mailbox.doorway import Refused, admit
from deploy.mailbox.finding import Ask, find, get
from deploy.mailbox.reading import Message, read
from deploy.mailbox.records import Records
from deploy.mailbox.switches import Switchboard
from shared import telemetry
from shared.errors import Refusal
from shared.serve import read_body

Handler = Callable[[Request], Awaitable[Response]]
LARGEST_BODY = 64 * 1024
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class Listed(Struct, frozen=True):
    messages: list[Message]


class Emptied(Struct, frozen=True):
    deleted: int


def routes(records: Records, switchboard: Switchboard) -> list[BaseRoute]:
    """Every address of the API."""
    return [*_mail(records), *_switches(switchboard)]


def _mail(records: Records) -> list[BaseRoute]:
    async def list_messages(request: Request) -> Response:
        ask = msgspec.convert(dict(request.query_params), Ask, strict=False)
        found = await find(records, ask)
        return _json(Listed(await asyncio.to_thread(lambda: [read(letter) for letter in found])))

    async def show(request: Request) -> Response:
        return _json(read(await get(records, request.path_params["id"])))

    async def raw(request: Request) -> Response:
        letter = await get(records, request.path_params["id"])
        return Response(letter.content, headers=HEADERS, media_type="text/plain")

    async def empty(_: Request) -> Response:
        return _json(Emptied(await records.empty()))

    return [
        _route("GET", "/messages", list_messages),
        _route("DELETE", "/messages", empty),
        _route("GET", "/messages/{id}", show),
        _route("GET", "/messages/{id}/raw", raw),
    ]


def _switches(switchboard: Switchboard) -> list[BaseRoute]:
    async def tell(_: Request) -> Response:
        return _json(switchboard.positions)

    async def change(request: Request) -> Response:
        body = await read_body(request.receive, LARGEST_BODY)
        return _json(switchboard.change(msgspec.json.decode(body, type=dict[str, object])))

    async def reset(_: Request) -> Response:
        return _json(switchboard.reset())

    return [
        _route("GET", "/switches", tell),
        _route("PUT", "/switches", change),
        _route("DELETE", "/switches", reset),
    ]


def _route(method: str, path: str, handler: Handler) -> BaseRoute:
    async def endpoint(request: Request) -> Response:
        try:
            admit(request)
            return await handler(request)
        except Refused as refused:
            return _error(refused.status, refused.message)
        except msgspec.MsgspecError as error:
            return _error(400, str(error))
        except Refusal as refusal:
            return _error(refusal.status, refusal.detail or refusal.code)
        except sqlite3.Error as error:
            telemetry.log.error("records", error=str(error))
            return _error(503, "The mail cannot be reached.")

    return Route(path, endpoint, methods=[method])


def _json(answer: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer), status, HEADERS, media_type="application/json")


def _error(status: int, message: str) -> Response:
    return _json({"error": {"message": message}}, status)
