"""Putting what exists in the place of what only stands for it."""

import secrets
from typing import Any

from schemathesis import Case

from tests.openapi.message import SIGNATURE
from tests.openapi.world import World
from tests.system.making import an_email

LINKS = {"signature", "redirect"}
"""What the query of an action link holds."""


def filled(example: Any, world: World) -> Any:
    """An example with real ids, token, key and start; each email and slug is a new one."""
    if isinstance(example, list):
        return [filled(one, world) for one in example]
    if not isinstance(example, dict):
        return example
    made = {"email": an_email(), "slug": f"tour-{secrets.token_hex(6)}"}
    real = world | made
    return {
        name: real[name] if name in real and isinstance(value, str) else filled(value, world)
        for name, value in example.items()
    }


def named(path: str, name: str) -> str:
    """The name under which a world holds a value of a path: `id` is that of the collection before it."""
    if name != "id":
        return name
    return id_of_one(path.partition("/{id}")[0].rpartition("/")[2])


def id_of_one(collection: str) -> str:
    """What the id of one of a collection is called: `contact_id` of `contacts`."""
    name = collection.replace("-", "_")
    for plural, one in (("ies", "y"), ("shes", "sh"), ("s", "")):
        if name.endswith(plural):
            return f"{name.removesuffix(plural)}{one}_id"
    return f"{name}_id"


def at(path: str, world: World) -> World:
    """The world as calls of this path see it: their kind of token, and a link that may do what they ask."""
    for place, name in (("/internal/sign-ins", "sign_in_token"), ("/internal/sessions", "session_token")):
        if path.startswith(place) and name in world:
            return world | {"token": world[name]}
    if not path.endswith("/slots"):
        return world
    return world | {"action": "reschedule_by_customer", "signature": world["moving_signature"]}


def at_home(case: Case[Any], world: World) -> None:
    """Let a case that fits the document name what exists, so that it gets further than the door."""
    if not fits(case):
        return
    world = at(case.path, world)
    for name in case.path_parameters:
        case.path_parameters[name] = world[named(case.path, name)]
    case.query.update((name, world[name]) for name in case.query.keys() & LINKS)
    if isinstance(case.body, dict):
        case.body = case.body | {name: world[name] for name in case.body if name in world}
        if "headers" in case.body:
            case.body["headers"] = {SIGNATURE: world[SIGNATURE]}


def fits(case: Case[Any]) -> bool:
    """Whether all of the case is as the document wants it; integers are then written as such."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return False
    if isinstance(case.body, dict | list | float):
        case.body = _whole_numbers(case.body)
    return True


def _whole_numbers(value: Any) -> Any:
    """The value with 3 for 3.0, as encoders write it: JSON Schema calls both an integer."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _whole_numbers(one) for name, one in value.items()}
    return [_whole_numbers(one) for one in value] if isinstance(value, list) else value
