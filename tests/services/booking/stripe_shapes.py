"""What Stripe accepts and answers: checks made of the types in its own package.

Stripe generates these types, like the rest of the package, from the OpenAPI description that it publishes for
the version we pin. They name every parameter and field, its nesting, its type and its known values, and say
which are required; lengths and patterns they leave out. A value that is not among the known ones is a flaw
here, though the package's types would let it pass.
"""

import builtins
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

import stripe
import typing_extensions
from stripe._stripe_object import UntypedStripeObject

_FIELD = re.compile(r"\A([a-z_]+)((?:\[\w+\])*)\Z")
_LEAVES = {int: re.compile(r"-?\d+"), bool: re.compile(r"true|false"), Decimal: re.compile(r"-?\d+(\.\d+)?")}
_OPTIONS = frozenset(stripe.RequestOptions.__annotations__)
"""The package lets a call's options be given among its parameters; they never travel as such."""


def nested(form: list[tuple[str, str]]) -> dict[str, Any]:
    """A form's `a[b][0]=c` as mappings in mappings; ValueError for a name that is none, or comes twice."""
    whole: dict[str, Any] = {}
    for name, value in form:
        match = _FIELD.match(name)
        if match is None:
            raise ValueError(f"{name} is not the name of a parameter")
        *path, last = [match[1], *re.findall(r"\[(\w+)\]", match[2])]
        place = whole
        for step in path:
            place = place.setdefault(step, {})
        if last in place:
            raise ValueError(f"{name} is given twice")
        place[last] = value
    return whole


def flaws_of_form(given: Mapping[str, Any], kind: Any) -> list[str]:
    """What Stripe would object to in a request's parameters, of which `kind` is the package's type."""
    return list(_form(given, kind, ""))


def flaws_of_answer(given: Any, kind: Any) -> list[str]:
    """Where an answer is not of the shape that the package's type of it describes."""
    return list(_answer(given, kind, kind.__name__))


def _form(given: Any, kind: Any, at: str) -> Iterator[str]:
    origin = get_origin(kind)
    if origin in (NotRequired, Required, typing_extensions.NotRequired, typing_extensions.Required):
        yield from _form(given, get_args(kind)[0], at)
    elif _is_union(origin):
        yield from _any_of(_form, given, get_args(kind), at)
    elif origin is list:
        yield from _form_list(given, get_args(kind)[0], at)
    elif origin in (dict, UntypedStripeObject):
        yield from (f"{at}[{k}] is no text" for k, v in _mapping(given).items() if not isinstance(v, str))
        if not isinstance(given, Mapping):
            yield f"{at} is no mapping"
    elif typing_extensions.is_typeddict(kind):
        yield from _form_mapping(given, kind, at)
    elif not isinstance(given, str):
        yield f"{at} has no parameters within it"
    elif origin is Literal:
        if given not in get_args(kind):
            yield f"{at} is {given}, which is none of {get_args(kind)}"
    elif kind in _LEAVES and not _LEAVES[kind].fullmatch(given):
        yield f"{at} is {given}, which is no {kind.__name__}"


def _form_list(given: Any, kind: Any, at: str) -> Iterator[str]:
    if not isinstance(given, Mapping) or list(given) != [str(n) for n in range(len(given))]:
        yield f"{at} is no list"
        return
    for index, value in given.items():
        yield from _form(value, kind, f"{at}[{index}]")


def _form_mapping(given: Any, kind: Any, at: str) -> Iterator[str]:
    if not isinstance(given, Mapping):
        yield f"{at} is no mapping"
        return
    hints = {name: hint for name, hint in _hints(kind).items() if at or name not in _OPTIONS}
    yield from (f"{at}.{name} is missing" for name in kind.__required_keys__ & hints.keys() - given.keys())
    for name, value in given.items():
        if name not in hints:
            yield f"{at}.{name} is unknown"
        else:
            yield from _form(value, hints[name], f"{at}.{name}")


def _answer(given: Any, kind: Any, at: str) -> Iterator[str]:
    origin = get_origin(kind)
    if _is_union(origin):
        yield from _any_of(_answer, given, get_args(kind), at)
    elif origin is list:
        if not isinstance(given, list):
            yield f"{at} is no list"
        for index, value in enumerate(given if isinstance(given, list) else []):
            yield from _answer(value, get_args(kind)[0], f"{at}[{index}]")
    elif origin is UntypedStripeObject or origin is dict:
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            yield f"{at} is no mapping to text"
    elif origin is Literal:
        if given not in get_args(kind):
            yield f"{at} is {given!r}, which is none of {get_args(kind)}"
    elif isinstance(kind, type) and issubclass(kind, stripe.StripeObject):
        yield from _answer_object(given, kind, at)
    elif isinstance(kind, type) and not _is_a(given, kind):
        yield f"{at} is {given!r}, which is no {kind.__name__}"


def _answer_object(given: Any, kind: Any, at: str) -> Iterator[str]:
    if not isinstance(given, dict):
        yield f"{at} is no object"
        return
    hints = {name: hint for name, hint in _hints(kind).items() if name in kind.__annotations__}
    for name, hint in hints.items():
        if name not in given and type(None) not in get_args(hint) and get_origin(hint) is not typing.ClassVar:
            yield f"{at}.{name} is missing"
    for name, value in given.items():
        if name not in hints:
            yield f"{at}.{name} is unknown"
        else:
            yield from _answer(value, hints[name], f"{at}.{name}")


def _any_of(check: Any, given: Any, kinds: tuple[Any, ...], at: str) -> Iterator[str]:
    """Flaws against the kind that fits best; text beside known values stands for values to come."""
    if any(get_origin(kind) is Literal for kind in kinds):
        kinds = tuple(kind for kind in kinds if kind is not str)
    tried = [list(check(given, kind, at)) for kind in kinds]
    yield from min(tried, key=len)


def _is_a(given: Any, kind: type) -> bool:
    if kind is Any:
        return True
    if kind is Decimal:
        return isinstance(given, str)
    if isinstance(given, bool):
        return kind is bool
    return isinstance(given, kind) or (kind is float and isinstance(given, int))


def _is_union(origin: Any) -> bool:
    return origin is Union or origin is types.UnionType


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


class _Names(dict[str, Any]):
    """Names that the package imports for type checkers only, found in the package itself."""

    def __init__(self, module: types.ModuleType) -> None:
        super().__init__()
        self._module = module

    def __missing__(self, name: str) -> Any:
        for place in (self._module, builtins, stripe, typing):
            if hasattr(place, name):
                return getattr(place, name)
        return Any


def _hints(kind: Any) -> dict[str, Any]:
    module = sys.modules[kind.__module__]
    return typing_extensions.get_type_hints(kind, vars(module), _Names(module), include_extras=True)
