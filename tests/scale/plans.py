"""How PostgreSQL really ran each statement: the plans that auto_explain tells the client of."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg

_TELL = {
    "session_preload_libraries": "auto_explain",
    "auto_explain.log_min_duration": "0",
    "auto_explain.log_analyze": "on",
    "auto_explain.log_timing": "off",
    "auto_explain.log_format": "json",
    "auto_explain.log_level": "notice",
    "auto_explain.log_nested_statements": "off",
}


@dataclass
class Ran:
    """One run of one statement: its text, and every node of its plan."""

    statement: str
    nodes: list[dict[str, Any]] = field(repr=False)

    def scans(self) -> Iterator[dict[str, Any]]:
        """The nodes that read a table or an index."""
        return (node for node in self.nodes if "Scan" in node["Node Type"] and _from_table(node))


async def tell_plans(owner: "asyncpg.Connection[asyncpg.Record]", database: str) -> None:
    """From now on each connection to the database is told the plan of everything it runs."""
    for name, value in _TELL.items():
        await owner.execute(f"alter database \"{database}\" set {name} = '{value}'")


class Plans:
    """Collects the plans of one connection."""

    def __init__(self, conn: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._conn = conn
        self._told: list[Ran] = []
        conn.add_log_listener(self._hear)

    def _hear(self, _: object, message: Any) -> None:
        start = message.message.find("{")
        if "plan:" in message.message[: max(start, 0)]:
            told = json.loads(message.message[start:])
            self._told.append(Ran(told["Query Text"], list(_nodes(told["Plan"]))))

    async def take(self) -> list[Ran]:
        """Everything that ran since the last time."""
        # Listeners are called a turn of the loop after the answer.
        await asyncio.sleep(0)
        taken, self._told = self._told, []
        return [ran for ran in taken if not any(_of_catalog(node) for node in ran.nodes)]


def read(node: dict[str, Any]) -> int:
    """How many rows a scan looked at, wanted or not."""
    counts = ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    rows: float = sum(node.get(name, 0) for name in counts)
    loops: float = node["Actual Loops"]
    return round(rows * loops)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _of_catalog(node: dict[str, Any]) -> bool:
    """Whether the driver asks what types there are."""
    return str(node.get("Relation Name", "")).startswith("pg_")


def _from_table(node: dict[str, Any]) -> bool:
    return "Relation Name" in node or "Index Name" in node
