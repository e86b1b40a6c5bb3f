"""Addresses for people with a browser."""

import sqlite3
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox_payments import checkout, developer
from deploy.sandbox_payments.html import render
from deploy.sandbox_payments.refused import Refused
from deploy.sandbox_payments.till import Till
from shared import telemetry
from shared.errors import Refusal

Handler = Callable[[Till, Request], Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/pay/{session_id}", checkout.show),
    ("POST", "/pay/{session_id}", checkout.choose),
    ("GET", "/developer", developer.show),
    ("POST", "/developer", developer.flip),
)


def routes(till: Till) -> list[BaseRoute]:
    """Every page."""
    return [Route(path, _endpoint(till, handler), methods=[method]) for method, path, handler in ROUTES]


def _endpoint(till: Till, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return await handler(till, request)
        except Refused as refused:
            return _dead_end(refused.status, refused.message)
        except Refusal as refusal:
            return _dead_end(refusal.status, "That did not work.")
        except sqlite3.Error as error:
            telemetry.log.error("records", error=str(error))
            return _dead_end(503, "The sandbox cannot reach its records. Try again in a moment.")

    return endpoint


def _dead_end(status: int, message: str) -> Response:
    return render("dead_end.html", status=status, message=message)
