"""How a described call can end, in OpenAPI's words: its success, and every code it may be refused with."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.describe import Description
from gateway.problems import Problem, problem_of
from shared.errors import STATUS, Refusal
from shared.openapi import Schema

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
    "429": "Too often: wait as many seconds as `Retry-After` says.",
    "5XX": "A fault of ours, or a piece is away or slow: a retry with the same key is safe.",
}
ALWAYS = ("too_many_requests", "internal_error", "unavailable", "timeout")
HEADERS = {
    "X-Request-Id": "Names this request in our logs.",
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "How to send the API key.",
    "Location": "Where to go on.",
    "Action-Link-Status": "`replayed` when the same link had done it before.",
    "Content-Disposition": "A name for the file.",
}
OPTIONAL = {"Action-Link-Status"}
MOVED = {301: "At another address now.", 302: "Done; on to `redirect`.", 303: "Done; on to `redirect`."}
_WITH_STATUS = {
    "301": "Location",
    "302": "Location",
    "303": "Location",
    "401": "WWW-Authenticate",
    "429": "Retry-After",
}
_REQUEST_ID = "01937b6e5f7a7c319d2e0c4c"

ByType = Mapping[int, Schema]
"""The schema of each type, by the type's identity."""


def responses(path: str, said: Description, by_type: ByType) -> Schema:
    """All that the call may answer, by status."""
    by_status: dict[str, list[str]] = {}
    for code in codes(path, said):
        by_status.setdefault("5XX" if STATUS[code] >= 500 else str(STATUS[code]), []).append(code)
    refused = {
        status: _refusal(status, found, said, by_type[id(Problem)])
        for status, found in sorted(by_status.items())
    }
    return _successes(said, by_type) | refused


def headers() -> Schema:
    """The headers that responses refer to."""
    return {
        name: {"description": text, "required": name not in OPTIONAL, "schema": {"type": "string"}}
        for name, text in HEADERS.items()
    }


def codes(path: str, said: Description) -> list[str]:
    """Every code that the call may be refused with, those included that go without saying."""
    follows = {
        "unauthorized": said.key_needed,
        "not_found": "{" in path and "{token}" not in path and "external_action" not in path,
        "invalid_request": said.body is not None or said.query is not None,
        "validation_failed": said.body is not None or said.query is not None,
        "payload_too_large": said.body is not None,
        "unsupported_media_type": said.body is not None,
        "idempotency_key_reused": said.keyed,
    }
    implied = [code for code, so in follows.items() if so]
    return sorted({*said.refuses, *implied, *ALWAYS})


def _refusal(status: str, codes: list[str], said: Description, problem: Schema) -> Schema:
    narrowed = {"allOf": [problem, {"properties": {"code": {"enum": codes}}}]}
    shown = msgspec.to_builtins(problem_of(Refusal(codes[0]), STATUS[codes[0]], _REQUEST_ID))
    content: Schema = {"application/problem+json": {"schema": narrowed, "example": shown}}
    if not said.key_needed:
        content["text/html"] = {"schema": {"type": "string"}}
    told = ", ".join(f"`{code}`" for code in codes)
    return _response(status, f"{REFUSALS[status]} {told}", content)


def _successes(said: Description, by_type: ByType) -> Schema:
    schema: Schema = {"type": "string"}
    if said.answer is not None:
        schema = _envelope(by_type[id(said.answer)], said.rows)
    page: Schema = {"text/html": {"schema": {"type": "string"}}} if said.page else {}
    told = {
        str(said.status): (
            "Made." if said.status == 201 else "Done.",
            {said.media_type: {"schema": schema}} | page,
        )
    }
    if said.settling is not None:
        waiting = {"application/json": {"schema": _envelope(by_type[id(said.settling)], rows=False)}}
        told["202"] = ("Still being settled: ask at `status_url`.", waiting | page)
    if said.moved:
        told[str(said.moved)] = (MOVED[said.moved], {})
    again = ["Action-Link-Status"] if said.page else []
    return {status: _response(status, *one, again) for status, one in told.items()}


def _response(status: str, description: str, content: Schema, more: Sequence[str] = ()) -> Schema:
    names = ["X-Request-Id", *filter(None, [_WITH_STATUS.get(status)]), *more]
    if "text/csv" in content:
        names.append("Content-Disposition")
    shown: Schema = {
        "description": description,
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
    }
    return shown | ({"content": content} if content else {})


def _envelope(schema: Schema, rows: bool) -> Schema:
    """`{"data": …}`, and a list's `next_cursor`."""
    if not rows:
        return {"type": "object", "required": ["data"], "properties": {"data": schema}}
    cursor: Any = {
        "type": ["string", "null"],
        "format": "uuid",
        "description": "Give it as `cursor` to get the next page.",
    }
    return {
        "type": "object",
        "required": ["data", "next_cursor"],
        "properties": {"data": {"type": "array", "items": schema}, "next_cursor": cursor},
    }
