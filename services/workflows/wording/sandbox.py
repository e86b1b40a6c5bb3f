"""Where templates are rendered: Jinja's sandbox, with nothing in it but values, filters and comparisons."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.workflows.wording.spoken import part, to_people, to_programs


class Sandbox(ImmutableSandboxedEnvironment):
    """Names lead into mappings only, never to a Python attribute, and what is not there is empty."""

    def __init__(self, say: Callable[[object], str], autoescape: bool) -> None:
        super().__init__(
            autoescape=autoescape, finalize=say, trim_blocks=True, lstrip_blocks=True, optimized=False
        )
        self.globals.clear()
        self.filters = {"default": _default, **_MOMENTS}
        self.filters |= {name: _saying(say, change) for name, change in _CHANGES.items()}
        self.tests = dict(COMPARISONS)

    def getattr(self, obj: Any, attribute: str) -> Any:
        return obj.get(attribute) if isinstance(obj, Mapping) else None

    def getitem(self, obj: Any, argument: Any) -> Any:
        return self.getattr(obj, argument)


def _saying(say: Callable[[object], str], change: Callable[[str], str]) -> Callable[[object], str]:
    return lambda value: change(say(_present(value)))


def _present(value: object) -> object:
    return None if isinstance(value, Undefined) else value


def _default(value: object, other: object = "") -> object:
    """Another value for what is absent or empty."""
    return other if _present(value) in (None, "") else value


def _moment(pattern: str) -> Callable[[Context, object], object]:
    @pass_context
    def said(context: Context, value: object) -> object:
        try:
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
            if isinstance(moment, datetime) and moment.tzinfo is not None:
                return part(moment.astimezone(context["now"].tzinfo), pattern)
        except (ValueError, OverflowError):
            pass
        return value

    return said


def _alike(one: object, other: object) -> bool:
    """Equal single values of one type: true is not 1, and what is absent is none."""
    one, other = _present(one), _present(other)
    if isinstance(one, Mapping | list | tuple) or isinstance(one, bool) != isinstance(other, bool):
        return False
    return one == other


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    """A comparison that is false between what has no order."""

    def holds(one: object, other: object) -> bool:
        kinds = (int | float, str, datetime)
        alike = any(isinstance(one, kind) and isinstance(other, kind) for kind in kinds)
        return alike and compare(one, other)

    return holds


def _within(one: object, other: object) -> bool:
    if isinstance(other, str):
        return isinstance(one, str) and one in other
    return isinstance(other, list | tuple) and any(_alike(one, member) for member in other)


_CHANGES: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "capitalize": str.capitalize,
    "trim": str.strip,
}
_MOMENTS: Mapping[str, Callable[..., object]] = {
    "date": _moment("d MMMM y"),
    "time": _moment("HH:mm"),
    "day": _moment("EEEE"),
}
COMPARISONS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": _alike,
    "ne": lambda one, other: not _alike(one, other),
    "lt": _ordered(lambda one, other: one < other),
    "lteq": _ordered(lambda one, other: one <= other),
    "gt": _ordered(lambda one, other: one > other),
    "gteq": _ordered(lambda one, other: one >= other),
    "in": _within,
    "notin": lambda one, other: not _within(one, other),
}
"""By the names of Jinja's operators."""
FILTERS: Mapping[str, int] = {"default": 1, **dict.fromkeys(_CHANGES, 0), **dict.fromkeys(_MOMENTS, 0)}
"""The filters there are, and how many arguments each needs."""

FOR_PEOPLE = Sandbox(to_people, autoescape=False)
FOR_PAGES = Sandbox(to_people, autoescape=True)
FOR_PROGRAMS = Sandbox(to_programs, autoescape=False)
