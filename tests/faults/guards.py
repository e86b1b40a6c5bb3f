"""Guards taken out of a stack for one race, and put back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.faults.records import fetch
from tests.stack import Stack

_CONSTRAINT = "select pg_get_constraintdef(oid) from pg_constraint where conname = $1"


@asynccontextmanager
async def without_index(stack: Stack, piece: str, name: str) -> AsyncIterator[None]:
    """The body must leave rows that the index can hold again."""
    [[definition]] = await fetch(stack.dsn[piece], "select pg_get_indexdef($1::text::regclass)", name)
    await fetch(stack.dsn[piece], f"drop index {name}")
    yield
    await fetch(stack.dsn[piece], definition)


@asynccontextmanager
async def without_constraint(stack: Stack, piece: str, table: str, name: str) -> AsyncIterator[None]:
    """The body must leave rows that the constraint allows again."""
    [[definition]] = await fetch(stack.dsn[piece], _CONSTRAINT, name)
    await fetch(stack.dsn[piece], f"alter table {table} drop constraint {name}")
    yield
    await fetch(stack.dsn[piece], f"alter table {table} add constraint {name} {definition}")


@asynccontextmanager
async def running_without(stack: Stack, piece: str, guard: str) -> AsyncIterator[None]:
    """The piece runs with the guard cut out of its SQL (see `without`)."""
    stack.run_through(piece, "tests.faults.without", guard)
    await stack.restart(piece)
    try:
        yield
    finally:
        stack.run_through(piece)
        await stack.restart(piece)
