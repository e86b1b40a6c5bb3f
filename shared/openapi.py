"""OpenAPI 3.1 documents from the code's own types."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.contracts.operation import Chunks, Nothing, Operation
from shared.errors import WireError

REFERENCE = "#/components/schemas/{name}"
SAMPLES = {
    "uuid": "01937b6e-5f7a-7c31-9d2e-0c4c6e1f8a52",
    "date": "2026-11-24",
    "date-time": "2026-11-24T09:00:00Z",
}
"""A value of each format."""
_SPACE = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""What `\\s` is to Python; to ECMA-262 it is a little less, and a little more."""

Schema = dict[str, Any]


def schemas(types: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """A schema for each type, and the components that they refer to."""
    found, components = msgspec.json.schema_components(list(types), ref_template=REFERENCE)
    return [_ecma(schema) for schema in found], {name: _ecma(one) for name, one in components.items()}


def document(
    title: str,
    description: str,
    paths: Mapping[str, Any],
    components: Mapping[str, Any],
    tags: Iterable[Schema] = (),
) -> bytes:
    """The document as JSON; its tags in the order in which they shall be read."""
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": title, "version": "1", "description": description},
            "tags": list(tags),
            "paths": paths,
            "components": components,
        }
    )


def internal(piece: str, operations: Iterable[Operation[Any, Any]]) -> bytes:
    """What a piece answers to the other pieces."""
    offered = list(operations)
    asked = [kind for operation in offered for kind in (operation.ask, operation.answer)]
    types = [WireError, *(kind for kind in asked if kind not in (Nothing, Chunks))]
    known, components = schemas(types)
    by_type = dict(zip(types, known, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in offered:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(
            operation, by_type, components
        )
    security = {"caller": {"type": "http", "scheme": "bearer", "bearerFormat": "EdDSA JWT of the caller"}}
    title = f"Bookonce {piece}"
    return document(
        title, "For other pieces only.", paths, {"schemas": components, "securitySchemes": security}
    )


def parameters(path: str) -> list[Schema]:
    """The values in a path such as `/v1/contacts/{id}`."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": _in_path(name)} for name in names]


def query_parameters(schema: Schema, components: Mapping[str, Schema]) -> list[Schema]:
    """A struct's fields as query parameters."""
    schema = resolved(schema, components)
    shown = []
    for name, field in schema["properties"].items():
        required = name in schema.get("required", ())
        one = {"name": name, "in": "query", "required": required, "schema": _not_null(field)}
        shown.append(one | ({"example": example(field, components)} if required else {}))
    return shown


def resolved(schema: Schema, components: Mapping[str, Schema]) -> Schema:
    """What the schema refers to, or the schema itself."""
    return components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def example(schema: Schema, components: Mapping[str, Schema]) -> Any:
    """What fits the schema: fields that are required, or have an example of their own."""
    schema = resolved(schema, components)
    known = [*schema.get("examples", ()), *schema.get("enum", ())]
    if known:
        return known[0]
    if "anyOf" in schema:
        return example(schema["anyOf"][0], components)
    if schema["type"] == "object":
        required = schema.get("required", ())
        fields = schema.get("properties", {})
        shown = {name: one for name, one in fields.items() if name in required or _has_example(one)}
        return {name: example(one, components) for name, one in shown.items()}
    if schema["type"] == "array":
        return [example(schema["items"], components)]
    return {"integer": schema.get("minimum", 1), "boolean": False}.get(
        schema["type"], SAMPLES.get(schema.get("format", ""), "text")
    )


def _has_example(schema: Schema) -> bool:
    return any("examples" in one for one in (schema, *schema.get("anyOf", ())))


def _described(
    operation: Operation[Any, Any], by_type: Mapping[Any, Schema], components: Mapping[str, Schema]
) -> Schema:
    described: Schema = {
        "operationId": f"{operation.method.lower()}{operation.path}",
        "description": f"For {', '.join(sorted(operation.callers))}.",
        "security": [{"caller": []}],
        "parameters": parameters(operation.path),
        "responses": {
            "200": {"description": "The answer."},
            "default": {"description": "A refusal.", "content": _json(by_type[WireError])},
        },
    }
    if operation.answer not in (Chunks, Nothing):
        described["responses"]["200"]["content"] = _json(by_type[operation.answer])
    if operation.ask is Nothing:
        return described
    if operation.method == "GET":
        described["parameters"] += query_parameters(by_type[operation.ask], components)
    else:
        asked = by_type[operation.ask]
        described["requestBody"] = {"required": True, "content": _json(asked, example(asked, components))}
    return described


def _json(schema: Schema, example: Any = None) -> Schema:
    shown = {"schema": schema} if example is None else {"schema": schema, "example": example}
    return {"application/json": shown}


def _in_path(name: str) -> Schema:
    if name == "id" or name.endswith("_id"):
        return {"type": "string", "format": "uuid", "examples": [SAMPLES["uuid"]]}
    return {"type": "string"}


def _not_null(schema: Schema) -> Schema:
    """A query parameter is left out, never null."""
    kept = [one for one in schema.get("anyOf", []) if one != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "default")}
    if not kept:
        return schema
    return kept[0] | rest if len(kept) == 1 else {"anyOf": kept, **rest}


def _ecma(value: Any) -> Any:
    """The schema with its patterns as ECMA-262 writes them."""
    if isinstance(value, dict):
        return {
            name: _pattern(one) if name == "pattern" and isinstance(one, str) else _ecma(one)
            for name, one in value.items()
        }
    return [_ecma(one) for one in value] if isinstance(value, list) else value


def _pattern(pattern: str) -> str:
    """Python's pattern in ECMA-262's words."""
    anchored = pattern.replace("\\A", "^").replace("\\Z", "$")
    return anchored.replace("\\s*", f"[{_SPACE}]*").replace("\\s", _SPACE)
