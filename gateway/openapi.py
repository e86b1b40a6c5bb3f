"""`GET /openapi.json`: the public API, from the handlers' own types."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gateway import examples, outcomes
from gateway.describe import Description, descriptions
from gateway.outcomes import ByType
from gateway.problems import Problem
from shared.contracts.values import IdempotencyKey, Slug
from shared.openapi import Schema, document, parameters, query_parameters, resolved, schemas

Row = tuple[str, str, Callable[..., Any]]

ABOUT = """Single-use scheduling links, and the bookings made with them.

Every call under `/v1` needs an API key, as the password of HTTP Basic with an empty user, or as a bearer
token. A POST with an `Idempotency-Key` may be repeated. Errors are problem documents (RFC 9457) whose
`code` is stable. Unknown query parameters are ignored, unknown fields of a body are refused."""

TAGS = {
    "booking-links": ("Booking links", "What can be booked, with whom, and when."),
    "contacts": ("Contacts", "The people that single-use links are made for."),
    "single-use-links": ("Single-use links", "Each is for one contact and books one meeting."),
    "bookings": ("Bookings", "Meetings, each in one state."),
    "action-links": ("Action links", "Each is for one booking and does one thing with it, once."),
    "workflows": ("Workflows", "What happens after something happened, and what became of it."),
    "triggers": ("Triggers", "Where other systems tell that something happened."),
    "webhooks": ("Webhooks", "Where other systems are told what happened, and what they answered."),
    "crm-connections": ("CRM connections", "HubSpot and Salesforce, and what they were told."),
    "api-keys": ("API keys", "What programs prove themselves with."),
    "app": ("App", "The tenant that an API key belongs to."),
    "visitors": ("Visitors", "What the booking page asks; no API key is needed."),
}
SECURITY = {
    "basic": {"type": "http", "scheme": "basic", "description": "Empty user, the API key as password."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The API key."},
}


def public(table: Iterable[Row]) -> bytes:
    """The document of all described handlers."""
    rows = [(method, path, handler, descriptions[handler]) for method, path, handler in table]
    types = [Problem, IdempotencyKey, Slug, *_types(one for *_, one in rows)]
    known, components = schemas(types)
    by_type = dict(zip(map(id, types), known, strict=True))
    _close([by_type[id(one.body)] for *_, one in rows if one.body is not None], components)
    paths: dict[str, dict[str, Any]] = {}
    for method, path, handler, one in rows:
        paths.setdefault(path, {})[method.lower()] = _operation(path, handler, one, by_type, components)
    queries = {one.query.__name__ for *_, one in rows if one.query is not None}
    bodies = {name: schema for name, schema in components.items() if name not in queries}
    shown = {"schemas": bodies, "headers": outcomes.headers(), "securitySchemes": SECURITY}
    tags = [{"name": name, "description": text} for name, text in TAGS.values()]
    return document("Bookonce API", ABOUT, paths, shown, tags)


def _types(said: Iterable[Description]) -> list[Any]:
    kinds = [kind for one in said for kind in (one.query, one.body, one.answer, one.settling)]
    return [kind for kind in kinds if kind is not None]


def _close(bodies: Iterable[Schema], components: Mapping[str, Schema]) -> None:
    """Say of every struct that a body may hold that unknown fields are refused."""
    for schema in bodies:
        struct = resolved(schema, components)
        if struct.get("additionalProperties") is False:
            continue
        if "properties" in struct:
            struct["additionalProperties"] = False
        inner = [struct.get("items"), struct.get("additionalProperties"), *struct.get("anyOf", ())]
        inner += struct.get("properties", {}).values()
        _close([one for one in inner if isinstance(one, dict)], components)


def _operation(
    path: str,
    handler: Callable[..., Any],
    said: Description,
    by_type: ByType,
    components: Mapping[str, Schema],
) -> Schema:
    """One call: what it takes, what it gives, how it is refused."""
    summary, _, about = (inspect.getdoc(handler) or "").partition("\n")
    collection = path.split("/")[2].removesuffix(".csv") if path.startswith("/v1/") else "visitors"
    shown: Schema = {
        "operationId": f"{collection}.{handler.__name__.rstrip('_')}",
        "tags": [TAGS[collection][0]],
        "summary": summary.rstrip("."),
        "description": about.strip().replace("\n", " "),
        "parameters": [*_parameters(path, by_type), *_query(said, by_type, components)],
        "responses": outcomes.responses(path, said, by_type),
    }
    if said.key_needed:
        shown["security"] = [{"basic": []}, {"bearer": []}]
    if said.body is not None:
        shown["requestBody"] = _body(said, by_type[id(said.body)])
    if said.keyed:
        key = {"name": "Idempotency-Key", "in": "header", "required": False}
        shown["parameters"].append(key | {"schema": by_type[id(IdempotencyKey)]})
    return shown


def _body(said: Description, schema: Schema) -> Schema:
    content = {"application/json": {"schema": schema, "example": said.example}}
    if said.form:
        content["application/x-www-form-urlencoded"] = {"schema": schema}
    return {"required": not (said.optional or said.form), "content": content}


def _parameters(path: str, by_type: ByType) -> list[Schema]:
    """The path's values, with an example of each."""
    shown = parameters(path)
    for one in shown:
        one["example"] = examples.IN_PATH[one["name"]]
        if path.startswith("/bookings/"):
            one["schema"] = {"type": "string"}
        if one["name"] == "slug":
            one["schema"] = by_type[id(Slug)]
    return shown


def _query(said: Description, by_type: ByType, components: Mapping[str, Schema]) -> list[Schema]:
    if said.query is None:
        return []
    shown = query_parameters(by_type[id(said.query)], components)
    given = examples.IN_QUERY | (said.example or {})
    return [one | {"example": given[one["name"]]} if one["name"] in given else one for one in shown]
