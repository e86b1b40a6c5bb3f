"""HubSpot on loopback: it answers real HTTP and refuses what HubSpot would refuse.

Source: HubSpot/HubSpot-public-api-spec-collection for paths, statuses and errors (Auth/Oauth v3,
CRM/Contacts, Notes and Meetings v3, Associations v4); "API usage guidelines" for 429.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.crm.hubspot_shapes import (
    ASSOCIATION_TYPES,
    Filter,
    ForCreate,
    ForUpdate,
    ForUpsert,
    Properties,
    Search,
    flaws_of,
)
from tests.crm.vendor import Vendor
from tests.shared.serving import serving

Body = TypeVar("Body")
WHEN = "2026-11-25T08:00:00.000Z"


class HubSpotServer(Vendor):
    """An account with contacts, notes and meetings.

    `custom` is a property with unique values that the account has made for notes, meetings and contacts.
    A search finds nothing while it `hides_from_search` what was made just now.
    """

    login = "/oauth/v3/token"
    creates_notes, creates_meetings = "/crm/v3/objects/notes", "/crm/v3/objects/meetings"

    def __init__(self) -> None:
        super().__init__()
        self.custom: str | None = None
        self.contacts: dict[str, Properties] = {}
        self.records: dict[str, dict[str, Properties]] = {"notes": {}, "meetings": {}}
        self.associated: set[tuple[str, str, str]] = set()
        self.hides_from_search = False

    def app(self) -> Starlette:
        objects = "/crm/v3/objects"
        default = "/crm/v4/objects/{kind}/{id}/associations/default/contacts/{contact_id}"
        routes = [
            Route("/oauth/v3/token", self._token, methods=["POST"]),
            Route(objects + "/contacts/{value}", self._guarded(self._contact), methods=["GET"]),
            Route(objects + "/{kind}", self._guarded(self._create), methods=["POST"]),
            Route(objects + "/{kind}/batch/upsert", self._guarded(self._upsert), methods=["POST"]),
            Route(objects + "/{kind}/search", self._guarded(self._search), methods=["POST"]),
            Route(objects + "/{kind}/{id}", self._guarded(self._update), methods=["PATCH"]),
            Route(default, self._guarded(self._associate), methods=["PUT"]),
        ]
        return Starlette(routes=routes, exception_handlers={404: self._unknown, 405: self._unknown})

    def add_contact(self, email: str, external_ref: str | None = None) -> str:
        new = str(1000 + len(self.contacts))
        own = {self.custom: external_ref} if self.custom and external_ref else {}
        self.contacts[new] = {"email": email.lower(), **own}
        return new

    def notes_of(self, contact_id: str) -> list[str]:
        """The texts of the contact's notes, oldest first."""
        return [note["hs_note_body"] for note in self._of(contact_id, "notes")]

    def meetings_of(self, contact_id: str) -> list[tuple[str, str, str]]:
        """Title, start and outcome of the contact's meetings, oldest first."""
        shown = ("hs_meeting_title", "hs_meeting_start_time", "hs_meeting_outcome")
        return [(one[shown[0]], one[shown[1]], one[shown[2]]) for one in self._of(contact_id, "meetings")]

    def remove_meetings(self) -> None:
        self.records["meetings"].clear()

    def _of(self, contact_id: str, kind: str) -> list[Properties]:
        return [
            properties
            for record_id, properties in self.records[kind].items()
            if (kind, record_id, contact_id) in self.associated
        ]

    async def _token(self, request: Request) -> Response:
        await self.note(request)
        if (fault := self.fault(request)) is not None:
            return await self.fail(fault)
        if request.url.query:
            self.flaws.append("secrets in the address of the token endpoint")
        error = await self.grant(await request.body())
        if error is not None:
            names = {"invalid_grant": "BAD_REFRESH_TOKEN", "invalid_client": "BAD_CLIENT_SECRET"}
            said = {"status": names.get(error, "BAD_GRANT_TYPE"), "message": "missing or invalid"}
            return JSONResponse(said, 400)
        token = {"access_token": self.access_token, "refresh_token": self.refresh_token}
        return JSONResponse(
            {**token, "expires_in": 1800, "token_type": "bearer", "token_use": "access_token"}
        )

    def _guarded(self, answer: Any) -> Any:
        async def guarded(request: Request) -> Response:
            await self.note(request)
            if not self.knows(request):
                return _error(401, "EXPIRED_AUTHENTICATION")
            kind = request.path_params.get("kind")
            if kind is not None and kind not in self.records:
                self.flaws.append(f"no objects {kind}")
                return _error(404, "OBJECT_NOT_FOUND")
            fault = self.fault(request)
            if fault is not None and not fault.done:
                return await self.fail(fault)
            done: Response = await answer(request)
            return done if fault is None else await self.fail(fault)

        return guarded

    async def _contact(self, request: Request) -> Response:
        name, value = request.query_params.get("idProperty", "hs_object_id"), request.path_params["value"]
        if name not in ("hs_object_id", "email", self.custom):
            self.flaws.append(f"{name} is no property with unique values")
            return _error(400, "VALIDATION_ERROR")
        for record_id, properties in self.contacts.items():
            if properties.get(name) == value:
                return JSONResponse(_shown(record_id, properties))
        return _error(404, "OBJECT_NOT_FOUND")

    async def _create(self, request: Request) -> Response:
        kind, body = request.path_params["kind"], await self._read(request, ForCreate)
        if body is None or not self._fits(kind, body.properties, creating=True):
            return _error(400, "VALIDATION_ERROR")
        made = self._keep(kind, body.properties)
        for one in body.associations:
            types = [spec.associationTypeId for spec in one.types]
            if one.to.id not in self.contacts or types != [ASSOCIATION_TYPES[kind]]:
                self.flaws.append(f"association of {kind} to {one.to.id} with {types}")
                return _error(400, "VALIDATION_ERROR")
            self.associated.add((kind, made, one.to.id))
        return JSONResponse(_shown(made, body.properties), 201)

    async def _update(self, request: Request) -> Response:
        kind, record_id = request.path_params["kind"], request.path_params["id"]
        body = await self._read(request, ForUpdate)
        if record_id not in self.records[kind]:
            return _error(404, "OBJECT_NOT_FOUND")
        if body is None or not self._fits(kind, body.properties, creating=False):
            return _error(400, "VALIDATION_ERROR")
        self.records[kind][record_id].update(body.properties)
        return JSONResponse(_shown(record_id, self.records[kind][record_id]))

    async def _upsert(self, request: Request) -> Response:
        kind, body = request.path_params["kind"], await self._read(request, ForUpsert)
        if body is None or any(one.idProperty != self.custom for one in body.inputs):
            self.flaws.append("an upsert needs a property with unique values")
            return _error(400, "VALIDATION_ERROR")
        results = []
        for one in body.inputs:
            held = [
                record_id
                for record_id, kept in self.records[kind].items()
                if kept.get(one.idProperty) == one.id
            ]
            if not self._fits(kind, one.properties, creating=not held):
                return _error(400, "VALIDATION_ERROR")
            record_id = held[0] if held else self._keep(kind, {})
            self.records[kind][record_id].update({**one.properties, one.idProperty: one.id})
            results.append(_shown(record_id, self.records[kind][record_id]) | {"new": not held})
        times = {"startedAt": WHEN, "completedAt": WHEN}
        return JSONResponse({"status": "COMPLETE", "results": results, **times})

    async def _search(self, request: Request) -> Response:
        kind, body = request.path_params["kind"], await self._read(request, Search)
        if body is None:
            return _error(400, "VALIDATION_ERROR")
        found = [
            _shown(record_id, {name: value for name, value in kept.items() if name in body.properties})
            for record_id, kept in self.records[kind].items()
            if not self.hides_from_search
            and any(all(self._meets(kind, record_id, one) for one in g.filters) for g in body.filterGroups)
        ]
        return JSONResponse({"total": len(found), "results": found[: body.limit]})

    async def _associate(self, request: Request) -> Response:
        kind, record_id, contact_id = (request.path_params[name] for name in ("kind", "id", "contact_id"))
        if record_id not in self.records[kind] or contact_id not in self.contacts:
            return _error(404, "OBJECT_NOT_FOUND")
        self.associated.add((kind, record_id, contact_id))
        return JSONResponse({"status": "COMPLETE", "results": [], "startedAt": WHEN, "completedAt": WHEN})

    async def _unknown(self, request: Request, _: Exception) -> Response:
        self.flaws.append(f"{request.method} {request.url.path} is no operation that we know")
        return _error(404, "OBJECT_NOT_FOUND")

    async def _read(self, request: Request, kind: type[Body]) -> Body | None:
        try:
            if request.headers.get("content-type") != "application/json":
                raise ValueError(f"content type {request.headers.get('content-type')}")
            return msgspec.json.decode(await request.body(), type=kind)
        except ValueError as error:
            self.flaws.append(f"{request.url.path}: {error}")
            return None

    def _fits(self, kind: str, properties: Properties, creating: bool) -> bool:
        flaws = list(flaws_of(kind, properties, self.custom, creating))
        self.flaws += flaws
        return not flaws

    def _keep(self, kind: str, properties: Properties) -> str:
        new = str(90_000 + sum(map(len, self.records.values())))
        self.records[kind][new] = dict(properties)
        return new

    def _meets(self, kind: str, record_id: str, one: Filter) -> bool:
        if one.propertyName == "associations.contact":
            return (kind, record_id, one.value) in self.associated
        held = self.records[kind][record_id].get(one.propertyName, "")
        if one.operator == "BETWEEN":
            at = datetime.fromisoformat(held).timestamp() * 1000
            return int(one.value) <= at <= int(one.highValue)
        return held == one.value


def _shown(record_id: str, properties: Properties) -> dict[str, Any]:
    return {
        "id": record_id,
        "properties": properties,
        "createdAt": WHEN,
        "updatedAt": WHEN,
        "archived": False,
    }


def _error(status: int, category: str) -> Response:
    said = {"status": "error", "category": category, "message": "…", "correlationId": str(uuid4())}
    return JSONResponse(said, status)


@asynccontextmanager
async def hubspot_serving() -> AsyncIterator[tuple[str, HubSpotServer]]:
    """Its address, and what it keeps; every flaw of a request fails the test that made it."""
    server = HubSpotServer()
    async with serving(server.app()) as url:
        try:
            yield url, server
        finally:
            server.closing.set()
    assert server.flaws == []
