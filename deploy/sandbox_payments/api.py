"""The API, for whoever holds the secret: the verbs of a payment provider, switches and records."""

import hmac
import sqlite3
from collections.abc import Awaitable, Callable
from sqlite3 import Connection
from typing import TypeVar

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox_payments import answers, money, sessions, switches, visitor
from deploy.sandbox_payments.answers import Everything, MoneyAnswer, SessionAnswer
from deploy.sandbox_payments.refused import Refused, away
from deploy.sandbox_payments.sessions import Order
from deploy.sandbox_payments.switches import Switches
from deploy.sandbox_payments.till import Till
from deploy.sandbox_payments.visitor import How
from shared import telemetry
from shared.errors import Refusal
from shared.faults import reach
from shared.serve import read_body

T = TypeVar("T")
Handler = Callable[[Till, Request], Awaitable[Struct]]
LARGEST_BODY = 64 * 1024
LONGEST_KEY = 255


class Pay(Struct, frozen=True):
    how: How


async def open_session(till: Till, request: Request) -> SessionAnswer:
    """Open a session, or find the one that was opened under this key."""
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Refused(400, "invalid_request", "Send an Idempotency-Key of 1 to 255 characters.")
    order = await _read(request, Order)

    def work(conn: Connection, now: float) -> SessionAnswer:
        return answers.of_session(till, conn, sessions.open_once(conn, now, key, order))

    return await _reaching("sandbox.opened", await till.transact(_present(work)))


async def get_session(till: Till, request: Request) -> SessionAnswer:
    """The session as it is now."""
    own_id = request.path_params["id"]

    def work(conn: Connection, _: float) -> SessionAnswer:
        return answers.of_session(till, conn, sessions.tell(conn, own_id))

    return await till.transact(_present(work))


async def expire_session(till: Till, request: Request) -> SessionAnswer:
    """End the session unless it is paid; as it is afterwards."""
    own_id = request.path_params["id"]

    def work(conn: Connection, now: float) -> SessionAnswer:
        sessions.expire(conn, now, own_id)
        return answers.of_session(till, conn, sessions.tell(conn, own_id))

    return await _reaching("sandbox.expired", await till.transact(_present(work)))


async def pay_session(till: Till, request: Request) -> SessionAnswer:
    """What a visitor does on the page, without one; not the provider's verb, so never away."""
    how = (await _read(request, Pay)).how
    session = await visitor.pay(till, request.path_params["id"], how)
    return await till.transact(lambda conn, _: answers.of_session(till, conn, session))


async def capture(till: Till, request: Request) -> MoneyAnswer:
    own_id = request.path_params["id"]

    def work(conn: Connection, now: float) -> MoneyAnswer:
        return answers.of_money(money.capture(conn, now, own_id))

    return await _reaching("sandbox.captured", await till.transact(_present(work)))


async def give_back(till: Till, request: Request) -> MoneyAnswer:
    own_id = request.path_params["id"]

    def work(conn: Connection, now: float) -> MoneyAnswer:
        return answers.of_money(money.give_back(conn, now, own_id))

    return await _reaching("sandbox.given_back", await till.transact(_present(work)))


async def get_switches(till: Till, _: Request) -> Switches:
    return await till.transact(lambda conn, _: switches.read(conn))


async def set_switches(till: Till, request: Request) -> Switches:
    """Set those that the body names."""
    given = await _read(request, dict[str, object])
    return await till.transact(lambda conn, _: switches.change(conn, given))


async def reset_switches(till: Till, _: Request) -> Switches:
    """Behave well again."""
    return await till.transact(lambda conn, _: switches.write(conn, Switches()))


async def get_records(till: Till, _: Request) -> Everything:
    return await till.transact(lambda conn, _: answers.everything(till, conn))


ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/sessions", open_session),
    ("GET", "/sessions/{id}", get_session),
    ("POST", "/sessions/{id}/expire", expire_session),
    ("POST", "/sessions/{id}/pay", pay_session),
    ("POST", "/money/{id}/capture", capture),
    ("POST", "/money/{id}/give-back", give_back),
    ("GET", "/switches", get_switches),
    ("PUT", "/switches", set_switches),
    ("DELETE", "/switches", reset_switches),
    ("GET", "/records", get_records),
)


def routes(till: Till) -> list[BaseRoute]:
    """Every address of the API."""
    return [Route(path, _endpoint(till, handler), methods=[method]) for method, path, handler in ROUTES]


def _endpoint(till: Till, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            _admit(till, request)
            return _json(200, await handler(till, request))
        except Refused as refused:
            return _error(refused.status, refused.code, refused.message)
        except msgspec.MsgspecError as error:
            return _error(400, "invalid_request", str(error))
        except Refusal as refusal:
            return _error(refusal.status, refusal.code, refusal.detail or refusal.code)
        except sqlite3.Error as error:
            telemetry.log.error("records", error=str(error))
            return _error(503, "unavailable", "The records cannot be reached.")

    return endpoint


def _admit(till: Till, request: Request) -> None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not hmac.compare_digest(secret.encode(), till.secret.encode()):
        raise Refused(401, "unauthorized", "Send the sandbox's secret as Bearer token.")


def _present(work: Callable[[Connection, float], T]) -> Callable[[Connection, float], T]:
    """The work, unless the provider is away."""

    def done(conn: Connection, now: float) -> T:
        if switches.read(conn).away:
            raise away()
        return work(conn, now)

    return done


async def _reaching(point: str, answer: T) -> T:
    await reach(point)
    return answer


async def _read(request: Request, kind: type[T]) -> T:
    return msgspec.json.decode(await read_body(request.receive, LARGEST_BODY), type=kind)


def _json(status: int, answer: object) -> Response:
    return Response(
        msgspec.json.encode(answer), status, {"Cache-Control": "no-store"}, media_type="application/json"
    )


def _error(status: int, code: str, message: str) -> Response:
    return _json(status, {"error": {"code": code, "message": message}})
