"""Addresses for people with a browser: the list of mail, each letter, and its HTML for a frame."""

import sqlite3
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.mailbox import html
from deploy.mailbox.doorway import Refused, admit
from deploy.mailbox.finding import get
from deploy.mailbox.reading import read
from deploy.mailbox.records import Records
from shared import telemetry

Handler = Callable[[Records, Request], Awaitable[Response]]
SHOWN = 100
LONGEST_VALUE, MOST_HEADERS = 2_000, 200


async def show_list(records: Records, request: Request) -> Response:
    """The newest mail, all of it or one recipient's."""
    to = request.query_params.get("to", "").strip()
    found = await records.newest(to or None, limit=SHOWN)
    return html.render("list.html", messages=[read(letter) for letter in found], to=to, most=SHOWN)


async def show_letter(records: Records, request: Request) -> Response:
    message = read(await get(records, request.path_params["id"]))
    headers = [(name, value[:LONGEST_VALUE]) for name, value in message.headers[:MOST_HEADERS]]
    return html.render("letter.html", message=message, headers=headers)


async def show_html(records: Records, request: Request) -> Response:
    message = read(await get(records, request.path_params["id"]))
    if message.html is None:
        raise Refused(404, "This mail has no HTML.")
    return html.letter(message.html)


ROUTES: tuple[tuple[str, Handler], ...] = (
    ("/", show_list),
    ("/mail/{id}", show_letter),
    ("/mail/{id}/html", show_html),
)


def routes(records: Records) -> list[BaseRoute]:
    """Every page."""
    return [Route(path, _endpoint(records, handler), methods=["GET"]) for path, handler in ROUTES]


def _endpoint(records: Records, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            admit(request)
            return await handler(records, request)
        except Refused as refused:
            return _dead_end(refused.status, refused.message)
        except sqlite3.Error as error:
            telemetry.log.error("records", error=str(error))
            return _dead_end(503, "The mail cannot be reached. Try again in a moment.")

    return endpoint


def _dead_end(status: int, message: str) -> Response:
    return html.render("dead_end.html", status=status, message=message)
