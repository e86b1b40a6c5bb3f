"""Whether a workflow's condition holds: strict about types, and never an error."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from typing import Any, Literal

from services.workflows.wording.spoken import instant
from services.workflows.wording.values import ADDRESSES
from services.workflows.wording.variables import CONDITIONAL, unknown, variable

Operator = Literal["equals", "contains"]


def check(field: str) -> str | None:
    """Why a condition cannot ask for this field; None when it can."""
    if field in ADDRESSES:
        return f"`{field}` is made when a step needs it: no condition can ask for it"
    return None if field in CONDITIONAL or variable(field) else unknown(field, CONDITIONAL)


def holds(field: str, operator: Operator, wanted: object, values: Mapping[str, Any]) -> bool:
    """Whether the field has the wanted value (`equals`), or the wanted text or member in it (`contains`).

    An absent field equals None and contains nothing. `equals` minds the type, so that true is not 1 and
    "1" is not 1; an instant is compared as RFC 3339 in UTC. A text contains another whatever their case, a
    list what equals one of its members.
    """
    found: Any = reduce(_part, field.split("."), values)
    if operator == "equals":
        return _equal(found, wanted)
    if isinstance(found, str):
        return isinstance(wanted, str) and wanted.casefold() in found.casefold()
    return isinstance(found, list | tuple) and any(_equal(member, wanted) for member in found)


def _part(value: Any, name: str) -> Any:
    found = value.get(name) if isinstance(value, Mapping) else None
    return instant(found) if isinstance(found, datetime) else found


def _equal(found: object, wanted: object) -> bool:
    return isinstance(found, bool) == isinstance(wanted, bool) and found == wanted
