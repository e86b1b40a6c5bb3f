"""Conditions of a query that are there only when asked for, so that each filter meets its own index."""

import re
from collections.abc import Sequence
from uuid import UUID

_TRIGRAM = re.compile(r"[^\W_]{3}")


def has_trigram(text: str) -> bool:
    """Whether three letters or digits stand in a row, so that an index of trigrams can look for it."""
    return _TRIGRAM.search(text) is not None


class Where:
    """Collects conditions with their values: `where.add("app_id = {}", app_id)`.

    Those that it begins with are values of a query that this one is put around.
    """

    def __init__(self, values: Sequence[object] = ()) -> None:
        self._conditions: list[str] = []
        self.values = list(values)

    def add(self, condition: str, *values: object) -> None:
        """One more condition; each `{}` in it stands for one value."""
        start = len(self.values) + 1
        self.values.extend(values)
        self._conditions.append(condition.format(*(f"${n}" for n in range(start, start + len(values)))))

    def of_app(self, column: str, app_id: UUID) -> None:
        """Rows of one app, to be put in the order of `app_id, id desc`.

        Compared with a list of one, the app is no constant to the planner: only an index that begins
        with it gives that order, and never the primary key, walked through the rows of other apps.
        """
        self.add(f"{column} = any({{}})", [app_id])

    def add_if(self, condition: str, value: object) -> None:
        """The same, unless the value is None."""
        if value is not None:
            self.add(condition, value)

    def contains(self, column: str, text: str) -> None:
        """Rows whose lower-case text has these characters somewhere, whatever their case."""
        literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        self.add(f"{column} like lower({{}}::text)", f"%{literal}%")

    def value(self, value: object) -> str:
        """The placeholder of a value that is used outside the conditions, as in `limit`."""
        self.values.append(value)
        return f"${len(self.values)}"

    def __str__(self) -> str:
        return " and ".join(self._conditions)
