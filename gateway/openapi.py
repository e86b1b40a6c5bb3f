"""`GET /openapi.json`: the public API, from the handlers' own types."""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gateway.describe import Description, descriptions
from gateway.problems import Problem
from shared.contracts.values import IdempotencyKey
from shared.openapi import Schema, document, parameters, query_parameters, schemas

Row = tuple[str, str, Callable[..., Any]]

ABOUT = """Single-use scheduling links, and the bookings made with them.

Every call under `/v1` needs an API key, as the password of HTTP Basic with an empty user, or as a bearer
token. A POST with an `Idempotency-Key` may be repeated. Errors are problem documents (RFC 9457) whose
`code` is stable."""

SECURITY = {
    "basic": {"type": "http", "scheme": "basic", "description": "Empty user, the API key as password."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The API key."},
}
REFUSALS = {
    "400": "Malformed, or a value is missing.",
    "401": "No API key, or not a genuine one.",
    "403": "Not with this link, or not by this person.",
    "404": "There is no such thing.",
    "409": "Not in the state that it is in.",
    "410": "Expired, used, withdrawn, or closed.",
    "413": "Too large.",
    "415": "Not JSON.",
    "422": "A value that cannot be used.",
    "429": "Too many requests; see Retry-After.",
    "503": "A piece is away; nothing was lost.",
    "504": "A piece is slow; nothing was lost.",
}


def public(table: Iterable[Row]) -> bytes:
    """The document of all described handlers."""
    rows = [(method, path, handler, descriptions[handler]) for method, path, handler in table]
    types = [Problem, IdempotencyKey, *_types(one for *_, one in rows)]
    known, components = schemas(types)
    by_type = dict(zip(map(id, types), known, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for method, path, handler, one in rows:
        paths.setdefault(path, {})[method.lower()] = _operation(
            method, path, handler, one, by_type, components
        )
    queries = {one.query.__name__ for *_, one in rows if one.query is not None}
    bodies = {name: schema for name, schema in components.items() if name not in queries}
    shown = {"schemas": bodies, "securitySchemes": SECURITY}
    return document("Bookonce", ABOUT, paths, shown)


def _types(said: Iterable[Description]) -> list[Any]:
    return [kind for one in said for kind in (one.query, one.body, one.answer) if kind is not None]


def _operation(
    method: str,
    path: str,
    handler: Callable[..., Any],
    said: Description,
    by_type: Mapping[int, Schema],
    components: Mapping[str, Schema],
) -> Schema:
    """One call: what it takes, what it gives, how it is refused."""
    module = handler.__module__.rpartition(".")[2]
    name = handler.__name__.rstrip("_")
    shown: Schema = {
        "operationId": f"{module}.{name}",
        "tags": [path.split("/")[2].removesuffix(".csv") if path.startswith("/v1/") else "visitors"],
        "summary": (inspect.getdoc(handler) or f"{name.capitalize()} {module}").splitlines()[0],
        "parameters": parameters(path),
        "responses": _responses(method, said, by_type),
    }
    if said.key_needed:
        shown["security"] = [{"basic": []}, {"bearer": []}]
    if said.query is not None:
        shown["parameters"] += query_parameters(by_type[id(said.query)], components)
    if said.body is not None:
        shown["requestBody"] = _body(said, by_type)
    if method == "POST" and said.status == 201:
        key = {"name": "Idempotency-Key", "in": "header", "required": False}
        shown["parameters"].append(key | {"schema": by_type[id(IdempotencyKey)]})
    return shown


def _body(said: Description, by_type: Mapping[int, Schema]) -> Schema:
    content: Schema = {"schema": by_type[id(said.body)]}
    if said.example is not None:
        content["example"] = said.example
    return {"required": True, "content": {"application/json": content}}


def _responses(method: str, said: Description, by_type: Mapping[int, Schema]) -> Schema:
    problem = {"application/problem+json": {"schema": by_type[id(Problem)]}}
    refusals = {
        code: {"description": text, "content": problem}
        for code, text in REFUSALS.items()
        if (code != "401" or said.key_needed) and (code not in ("413", "415") or said.body is not None)
    }
    success: Schema = {"description": "Done." if method != "GET" else "Found."}
    if said.answer is not None:
        success["content"] = {said.media_type: {"schema": _envelope(said, by_type)}}
    elif said.media_type != "application/json":
        success["content"] = {said.media_type: {"schema": {"type": "string"}}}
    return {str(said.status): success, **refusals}


def _envelope(said: Description, by_type: Mapping[int, Schema]) -> Schema:
    """`{"data": …}`, and a list's `next_cursor`."""
    schema = by_type[id(said.answer)]
    if not said.rows:
        return {"type": "object", "required": ["data"], "properties": {"data": schema}}
    cursor = {"type": ["string", "null"], "description": "Give it as `cursor` to get the next page."}
    return {
        "type": "object",
        "required": ["data", "next_cursor"],
        "properties": {"data": {"type": "array", "items": schema}, "next_cursor": cursor},
    }
