"""The documents under test, and how Schemathesis reads them."""

import copy
import json
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.schemas import BaseSchema

from gateway.openapi import public
from gateway.routes import TABLE
from shared.openapi import internal
from tests.shared.inventory import operations

Document = dict[str, Any]

OPERATIONS = list(operations().values())
CALLERS = {(one.owner, one.method, one.path): min(one.callers) for one in OPERATIONS}
"""Who may ask, by piece, method and path."""
PIECES = ("tokens", "booking", "actions", "workflows")
PUBLIC: Document = json.loads(public(TABLE))
INTERNAL: dict[str, Document] = {
    piece: json.loads(internal(piece, [one for one in OPERATIONS if one.owner == piece])) for piece in PIECES
}

WEBHOOK = "/webhooks/payments/{provider}"

GOOD = ["2xx", "301", "302", "303", "401", "403", "404", "409", "410", "422"]
"""How data that fits may end: never as malformed."""
BAD = ["400", "401", "403", "404", "405", "409", "410", "413", "415", "422"]


def some(examples: int) -> settings:
    """So many, the same ones in every run."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def readable(document: Document, *without: str) -> BaseSchema:
    """The document for Schemathesis, without some of its checks."""
    expected = {
        "positive_data_acceptance": {"expected-statuses": GOOD},
        "negative_data_rejection": {"expected-statuses": BAD},
        **{check: {"enabled": False} for check in without},
    }
    # Whether a stranger is let in is a check of its own.
    drawn = {"with-security-parameters": False}
    config = SchemathesisConfig.from_dict({"checks": expected, "generation": drawn, "seed": 1})
    return schemathesis.openapi.from_dict(copy.deepcopy(document), config=config)


def exact(value: Any) -> Any:
    """The document, or a part of it, whose objects hold nothing that it does not name."""
    if isinstance(value, list):
        return [exact(one) for one in value]
    if not isinstance(value, dict):
        return value
    closed = {name: exact(one) for name, one in value.items()}
    if value.get("type") == "object" and isinstance(value.get("properties"), dict):
        closed["additionalProperties"] = False
    return closed


def calls(document: Document) -> list[tuple[str, str]]:
    """Method in lower case, and path, of each."""
    return [(method, path) for path, by_method in document["paths"].items() for method in by_method]


def query_example(document: Document, method: str, path: str) -> Document:
    """The query that the document shows: what cannot be left out."""
    given = document["paths"][path][method.lower()]["parameters"]
    return {one["name"]: one["example"] for one in given if one["in"] == "query" and one["required"]}


def body_example(document: Document, method: str, path: str) -> Any:
    """The body that the document shows; None where there is none."""
    content = document["paths"][path][method.lower()].get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("example")
