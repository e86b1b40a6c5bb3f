"""Salesforce on loopback: login and instance in one, refusing what Salesforce would refuse.

Source: Salesforce's "REST API Developer Guide" (query, sObject rows, upsert by external id, status codes and
error responses) and "OAuth 2.0 Refresh Token Flow".
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.crm.salesforce_shapes import FIELDS, Query, flaws_of, understood
from tests.crm.vendor import Vendor
from tests.shared.serving import serving

DATA = "/services/data/v60.0"
PREFIXES = {"Contact": "003", "Lead": "00Q", "Task": "00T", "Event": "00U"}
UNASKABLE = ("Description",)
"""Long text can be read, but no query may have it as a condition."""

Row = dict[str, Any]


class SalesforceServer(Vendor):
    """An organisation; `custom` is an external id field that it has made for activities and people."""

    login = "/services/oauth2/token"
    creates_notes, creates_meetings = f"{DATA}/sobjects/Task", f"{DATA}/sobjects/Event"

    def __init__(self) -> None:
        super().__init__()
        self.url = ""
        self.custom: str | None = None
        self.rows: dict[str, dict[str, Row]] = {kind: {} for kind in PREFIXES}

    def app(self) -> Starlette:
        sobjects = DATA + "/sobjects"
        routes = [
            Route("/services/oauth2/token", self._token, methods=["POST"]),
            Route(DATA + "/query", self._guarded(self._query), methods=["GET"]),
            Route(sobjects + "/{kind}", self._guarded(self._create), methods=["POST"]),
            Route(sobjects + "/{kind}/{id}", self._guarded(self._update), methods=["PATCH"]),
            Route(sobjects + "/{kind}/{field}/{key}", self._guarded(self._upsert), methods=["PATCH"]),
        ]
        return Starlette(routes=routes, exception_handlers={404: self._unknown, 405: self._unknown})

    def add(self, kind: str, **fields: Any) -> str:
        """A row of this kind, and its id."""
        number = sum(map(len, self.rows.values()))
        new = f"{PREFIXES[kind]}{number:012}AAA"
        self.rows[kind][new] = {**({"IsConverted": False} if kind == "Lead" else {}), **fields}
        return new

    def add_contact(self, email: str, external_ref: str | None = None) -> str:
        own = {self.custom: external_ref} if self.custom and external_ref else {}
        return self.add("Contact", Email=email, **own)

    def notes_of(self, contact_id: str) -> list[str]:
        """The texts of the contact's tasks, oldest first."""
        return [row["Description"] for row in self.rows["Task"].values() if row.get("WhoId") == contact_id]

    def meetings_of(self, contact_id: str) -> list[tuple[str, str, str]]:
        """Subject, start and what a calendar shows of the contact's events, oldest first."""
        held = [row for row in self.rows["Event"].values() if row.get("WhoId") == contact_id]
        return [(row["Subject"], row["StartDateTime"], row["ShowAs"]) for row in held]

    def remove_meetings(self) -> None:
        self.rows["Event"].clear()

    async def _token(self, request: Request) -> Response:
        await self.note(request)
        if (fault := self.fault(request)) is not None:
            return await self.fail(fault)
        error = await self.grant(await request.body())
        if error is not None:
            return JSONResponse({"error": error, "error_description": "expired access/refresh token"}, 400)
        token = {"access_token": self.access_token, "instance_url": self.url, "token_type": "Bearer"}
        rotated = {"refresh_token": self.refresh_token} if self.rotates else {}
        identity = {"id": f"{self.url}/id/00D/005", "issued_at": "1764057600000", "signature": "c2ln"}
        return JSONResponse({**token, **rotated, **identity})

    def _guarded(self, answer: Any) -> Any:
        async def guarded(request: Request) -> Response:
            await self.note(request)
            if not self.knows(request):
                return _error(401, "INVALID_SESSION_ID")
            kind = request.path_params.get("kind", "Task")
            if kind not in FIELDS:
                self.flaws.append(f"no sObject {kind} that can be written")
                return _error(404, "NOT_FOUND")
            fault = self.fault(request)
            if fault is not None and not fault.done:
                return await self.fail(fault)
            done: Response = await answer(request)
            return done if fault is None else await self.fail(fault)

        return guarded

    async def _query(self, request: Request) -> Response:
        query = understood(request.query_params.get("q", ""))
        if query is None:
            self.flaws.append(f"malformed query {request.query_params.get('q')}")
            return _error(400, "MALFORMED_QUERY")
        if (wrong := self._wrong_field(query)) is not None:
            self.flaws.append(f"{query.kind} cannot be asked for {wrong}")
            return _error(400, "INVALID_FIELD", wrong)
        found = [
            {
                "attributes": {"type": query.kind},
                "Id": record_id,
                **{name: row.get(name) for name in query.columns[1:]},
            }
            for record_id, row in self.rows[query.kind].items()
            if all(_same(row.get(name), value) for name, value in query.conditions.items())
        ][: query.limit]
        return JSONResponse({"totalSize": len(found), "done": True, "records": found})

    async def _create(self, request: Request) -> Response:
        fields = await self._fields(request, creating=True)
        if isinstance(fields, Response):
            return fields
        made = self.add(request.path_params["kind"], **fields)
        return JSONResponse({"id": made, "success": True, "errors": []}, 201)

    async def _update(self, request: Request) -> Response:
        kind, record_id = request.path_params["kind"], request.path_params["id"]
        if record_id not in self.rows[kind]:
            return _error(404, "NOT_FOUND")
        fields = await self._fields(request, creating=False)
        if isinstance(fields, Response):
            return fields
        self.rows[kind][record_id].update(fields)
        return Response(status_code=204)

    async def _upsert(self, request: Request) -> Response:
        kind, field, key = (request.path_params[name] for name in ("kind", "field", "key"))
        if field != self.custom:
            return _error(404, "NOT_FOUND")
        held = [record_id for record_id, row in self.rows[kind].items() if row.get(field) == key]
        fields = await self._fields(request, creating=not held)
        if isinstance(fields, Response):
            return fields
        record_id = held[0] if held else self.add(kind)
        self.rows[kind][record_id].update({**fields, field: key})
        said = {"id": record_id, "success": True, "errors": [], "created": not held}
        return JSONResponse(said, 200 if held else 201)

    async def _unknown(self, request: Request, _: Exception) -> Response:
        self.flaws.append(f"{request.method} {request.url.path} is no operation that we know")
        return _error(404, "NOT_FOUND")

    async def _fields(self, request: Request, creating: bool) -> Row | Response:
        kind = request.path_params["kind"]
        try:
            given = msgspec.json.decode(await request.body(), type=dict[str, Any])
        except msgspec.MsgspecError:
            self.flaws.append(f"{request.url.path}: not JSON")
            return _error(400, "JSON_PARSER_ERROR")
        flaws = list(flaws_of(kind, given, creating))
        if not {**self.rows["Contact"], **self.rows["Lead"]}.get(given.get("WhoId", "")):
            flaws.append(("INVALID_CROSS_REFERENCE_KEY", "WhoId"))
        if flaws:
            self.flaws += [f"{kind}: {code} {field}" for code, field in flaws]
            return _error(400, *flaws[0])
        return given

    def _wrong_field(self, query: Query) -> str | None:
        known = {"Contact": ["Email"], "Lead": ["Email", "IsConverted"]}.get(
            query.kind, FIELDS.get(query.kind, ())
        )
        allowed = {"Id", *known, *([self.custom] if self.custom else [])}
        asked = [*query.columns, *query.conditions]
        wrong = [name for name in asked if name not in allowed]
        return next((name for name in (*wrong, *query.conditions) if name in (*wrong, *UNASKABLE)), None)


def _same(held: Any, asked: str) -> bool:
    """Texts compare without case, as Salesforce does."""
    return str(held).lower() == asked.lower()


def _error(status: int, code: str, *fields: str) -> Response:
    return JSONResponse([{"message": "…", "errorCode": code, "fields": list(fields)}], status)


@asynccontextmanager
async def salesforce_serving() -> AsyncIterator[tuple[str, SalesforceServer]]:
    """Its address, and what it keeps; every flaw of a request fails the test that made it."""
    server = SalesforceServer()
    async with serving(server.app()) as url:
        server.url = url
        try:
            yield url, server
        finally:
            server.closing.set()
    assert server.flaws == []
