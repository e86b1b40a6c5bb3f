"""Stripe's API on loopback: it answers real HTTP, and objects to whatever Stripe would object to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import stripe
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from stripe import params
from stripe.params import checkout

from tests.services.booking.stripe_ledger import Kept, Ledger, Refused
from tests.services.booking.stripe_shapes import flaws_of_answer, flaws_of_form, nested
from tests.shared.serving import serving

VERSION = "2026-10-28.endive"
KEY = "sk_test_51Bookonce"
LONGEST_KEY = 255

Work = Callable[[Ledger, str, Kept], Kept]


@dataclass
class Fault:
    """What goes wrong with the next request to a path that ends like this.

    `kept` faults are answered to every repetition of the idempotency key. A `silent` one never answers, and
    does the work all the same when it is `done`.
    """

    path: str
    status: int = 500
    error: Mapping[str, str] = field(default_factory=lambda: {"type": "api_error", "message": "Oh no."})
    kept: bool = False
    silent: bool = False
    done: bool = False


@dataclass(frozen=True)
class Verb:
    """One of Stripe's operations: the package's types of its parameters and answer, and what it does."""

    accepts: Any
    answers: Any
    work: Work


VERBS: Mapping[tuple[str, str], Verb] = {
    ("POST", "/v1/checkout/sessions"): Verb(
        checkout.SessionCreateParams,
        stripe.checkout.Session,
        lambda ledger, _, form: ledger.create_session(form),
    ),
    ("GET", "/v1/checkout/sessions/{id}"): Verb(
        checkout.SessionRetrieveParams,
        stripe.checkout.Session,
        lambda ledger, key, _: ledger.find(key, "checkout.session"),
    ),
    ("POST", "/v1/checkout/sessions/{id}/expire"): Verb(
        checkout.SessionExpireParams,
        stripe.checkout.Session,
        lambda ledger, key, _: ledger.expire_session(key),
    ),
    ("GET", "/v1/payment_intents/{id}"): Verb(
        params.PaymentIntentRetrieveParams,
        stripe.PaymentIntent,
        lambda ledger, key, _: ledger.find(key, "payment_intent"),
    ),
    ("POST", "/v1/payment_intents/{id}/capture"): Verb(
        params.PaymentIntentCaptureParams, stripe.PaymentIntent, lambda ledger, key, _: ledger.capture(key)
    ),
    ("POST", "/v1/payment_intents/{id}/cancel"): Verb(
        params.PaymentIntentCancelParams, stripe.PaymentIntent, lambda ledger, key, _: ledger.cancel(key)
    ),
    ("POST", "/v1/refunds"): Verb(
        params.RefundCreateParams,
        stripe.Refund,
        lambda ledger, _, form: ledger.refund(form["payment_intent"]),
    ),
}


class StripeServer:
    """What was asked, and what was wrong with it: `flaws` has to be empty at the end of every test."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.faults: list[Fault] = []
        self.flaws: list[str] = []
        self.heads: list[Mapping[str, str]] = []
        self.asked: list[str] = []
        self.before: dict[str, Callable[[], object]] = {}
        self.closing = asyncio.Event()
        self._answered: dict[str, tuple[object, int, Kept]] = {}

    def app(self) -> Starlette:
        routes = [_route(self, method, path, verb) for (method, path), verb in VERBS.items()]
        return Starlette(routes=routes, exception_handlers={404: self._unknown, 405: self._unknown})

    async def answer(self, request: Request, verb: Verb) -> Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        self.heads.append(request.headers)
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, {"type": "invalid_request_error", "message": "Invalid API Key provided"})
        form = await self._form(request, verb)
        if form is None:
            return _error(400, {"type": "invalid_request_error", "code": "parameter_unknown", "message": "?"})
        for end in [end for end in self.before if path.endswith(end)]:
            self.before.pop(end)()
        if request.method == "POST":
            return await self._once(request, verb, form)
        fault = self._fault(request)
        if fault is not None:
            return await self._fail(fault)
        status, body = self._work(request, verb, form)
        return JSONResponse(body, status)

    async def _unknown(self, request: Request, _: Exception) -> Response:
        self.flaws.append(f"{request.method} {request.url.path} is no operation that we know")
        return _error(404, {"type": "invalid_request_error", "message": "Unrecognized request URL"})

    async def _form(self, request: Request, verb: Verb) -> Kept | None:
        """The parameters; None when Stripe would not have taken the request."""
        text = request.url.query if request.method == "GET" else (await request.body()).decode()
        flaws = list(_flaws_of_head(request))
        try:
            form = nested(parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)))
        except ValueError as error:
            form, flaws = {}, [*flaws, str(error)]
        flaws += flaws_of_form(form, verb.accepts)
        self.flaws += flaws
        return None if flaws else form

    async def _once(self, request: Request, verb: Verb, form: Kept) -> Response:
        key, same = request.headers["idempotency-key"], (request.url.path, form)
        if key in self._answered:
            first, status, body = self._answered[key]
            if first != same:
                return _error(400, {"type": "idempotency_error", "message": "Keys can only be used again …"})
            return JSONResponse(body, status, headers={"Idempotent-Replayed": "true"})
        fault = self._fault(request)
        if fault is None or fault.done:
            self._answered[key] = (same, *self._work(request, verb, form))
        elif fault.kept:
            self._answered[key] = (same, fault.status, {"error": dict(fault.error)})
        if fault is not None:
            return await self._fail(fault)
        _, status, body = self._answered[key]
        return JSONResponse(body, status)

    def _fault(self, request: Request) -> Fault | None:
        """The fault that this request meets, which is then over."""
        fault = next((fault for fault in self.faults if request.url.path.endswith(fault.path)), None)
        if fault is not None:
            self.faults.remove(fault)
        return fault

    async def _fail(self, fault: Fault) -> Response:
        if fault.silent:
            await self.closing.wait()
        return _error(fault.status, dict(fault.error))

    def _work(self, request: Request, verb: Verb, form: Kept) -> tuple[int, Kept]:
        try:
            kept = verb.work(self.ledger, request.path_params.get("id", ""), form)
        except Refused as refused:
            return refused.status, {"error": refused.error}
        body = self.ledger.expanded(kept, list(form.get("expand", {}).values()))
        self.flaws += flaws_of_answer(body, verb.answers)
        return 200, body


def _flaws_of_head(request: Request) -> list[str]:
    head, flaws = request.headers, []
    if head.get("stripe-version") != VERSION:
        flaws.append(f"version {head.get('stripe-version')}")
    if request.method == "POST":
        if not 1 <= len(head.get("idempotency-key", "")) <= LONGEST_KEY:
            flaws.append("no idempotency key")
        if head.get("content-type") != "application/x-www-form-urlencoded":
            flaws.append(f"content type {head.get('content-type')}")
    return flaws


def _route(server: StripeServer, method: str, path: str, verb: Verb) -> Route:
    async def answer(request: Request) -> Response:
        return await server.answer(request, verb)

    return Route(path, answer, methods=[method])


def _error(status: int, error: Kept) -> Response:
    return JSONResponse({"error": error}, status)


@asynccontextmanager
async def stripe_serving() -> AsyncIterator[tuple[str, StripeServer]]:
    """Its address, and what it keeps; every flaw of a request fails the test that made it."""
    server = StripeServer()
    async with serving(server.app()) as url:
        try:
            yield url, server
        finally:
            server.closing.set()
    assert server.flaws == []
