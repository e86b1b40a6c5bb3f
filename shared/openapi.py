"""OpenAPI 3.1 documents from the code's own types."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.contracts.operation import Chunks, Nothing, Operation

REFERENCE = "#/components/schemas/{name}"
Schema = dict[str, Any]


def schemas(types: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """A schema for each type, and the components that they refer to."""
    found, components = msgspec.json.schema_components(list(types), ref_template=REFERENCE)
    return [_ecma(schema) for schema in found], {name: _ecma(one) for name, one in components.items()}


def document(title: str, description: str, paths: Mapping[str, Any], components: Mapping[str, Any]) -> bytes:
    """The document as JSON."""
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": title, "version": "1", "description": description},
            "paths": paths,
            "components": components,
        }
    )


def internal(piece: str, operations: Iterable[Operation[Any, Any]]) -> bytes:
    """What a piece answers to the other pieces."""
    offered = list(operations)
    types = [kind for operation in offered for kind in (operation.ask, operation.answer)]
    known, components = schemas([kind for kind in types if kind not in (Nothing, Chunks)])
    by_type = dict(zip((kind for kind in types if kind not in (Nothing, Chunks)), known, strict=True))
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
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def query_parameters(schema: Schema, components: Mapping[str, Schema]) -> list[Schema]:
    """A struct's fields as query parameters."""
    if "$ref" in schema:
        schema = components[schema["$ref"].rpartition("/")[2]]
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _not_null(field)}
        for name, field in schema["properties"].items()
    ]


def _described(
    operation: Operation[Any, Any], by_type: Mapping[Any, Schema], components: Mapping[str, Schema]
) -> Schema:
    described: Schema = {
        "operationId": f"{operation.method.lower()}{operation.path}",
        "description": f"For {', '.join(sorted(operation.callers))}.",
        "security": [{"caller": []}],
        "parameters": parameters(operation.path),
        "responses": {"200": {"description": "The answer."}, "default": {"description": "A refusal."}},
    }
    if operation.answer is not Chunks and operation.answer is not Nothing:
        content = {"application/json": {"schema": by_type[operation.answer]}}
        described["responses"]["200"]["content"] = content
    if operation.ask is Nothing:
        return described
    if operation.method == "GET":
        described["parameters"] += query_parameters(by_type[operation.ask], components)
    else:
        content = {"application/json": {"schema": by_type[operation.ask]}}
        described["requestBody"] = {"required": True, "content": content}
    return described


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
    return pattern.replace("\\A", "^").replace("\\Z", "$")
