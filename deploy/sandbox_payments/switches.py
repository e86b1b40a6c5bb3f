"""Switches: how the sandbox misbehaves, for trying out what Bookonce makes of it."""

from sqlite3 import Connection
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

WEEK = 7 * 24 * 3600

Drop = Annotated[bool, Meta(description="New webhooks are never sent.")]
Duplicate = Annotated[int, Meta(ge=1, le=20, description="How many times each new webhook is sent.")]
Delay = Annotated[int, Meta(ge=0, le=3_600_000, description="Milliseconds before a new webhook is sent.")]
Reorder = Annotated[
    bool, Meta(description="New webhooks are held back a second, then sent with the newest first.")
]
Hold = Annotated[bool, Meta(description="No webhook is sent while this is on.")]
Away = Annotated[bool, Meta(description="Booking's calls are answered 503; pages and switches still work.")]
Captures = Annotated[int, Meta(ge=0, le=1_000)]
FailCaptures = Annotated[Captures, Meta(description="So many of the next captures are answered 503.")]
RefuseCaptures = Annotated[Captures, Meta(description="So many of the next captures are refused for good.")]
Authorisation = Annotated[
    int, Meta(ge=1, le=90 * 24 * 3600, description="Seconds that money stays authorised, from now on.")
]
PayAmount = Annotated[
    Annotated[int, Meta(ge=1, le=10**12)] | None,
    Meta(description="Put up instead of the amount asked for, in minor units."),
]
PayCurrency = Annotated[
    Annotated[str, Meta(pattern=r"\A[A-Z]{3}\Z")] | None,
    Meta(description="Put up instead of the currency asked for."),
]


class Switches(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The position of each; as they are here the sandbox behaves well."""

    drop: Drop = False
    duplicate: Duplicate = 1
    delay_ms: Delay = 0
    reorder: Reorder = False
    hold: Hold = False
    away: Away = False
    fail_captures: FailCaptures = 0
    refuse_captures: RefuseCaptures = 0
    authorisation_seconds: Authorisation = WEEK
    pay_amount: PayAmount = None
    pay_currency: PayCurrency = None


def read(conn: Connection) -> Switches:
    row = conn.execute("select positions from switches").fetchone()
    return msgspec.json.decode(row["positions"], type=Switches) if row else Switches()


def change(conn: Connection, given: object) -> Switches:
    """Set those that are given by name, leave the others; msgspec.ValidationError when one cannot be so."""
    if not isinstance(given, dict):
        raise msgspec.ValidationError("Expected an object")
    changed = msgspec.convert({**msgspec.to_builtins(read(conn)), **given}, Switches)
    return write(conn, changed)


def write(conn: Connection, switches: Switches) -> Switches:
    conn.execute("insert or replace into switches values (1, ?)", [msgspec.json.encode(switches).decode()])
    return switches


def spend(conn: Connection, name: Literal["fail_captures", "refuse_captures"]) -> bool:
    """Count one down; whether there was one left."""
    switches = read(conn)
    left: int = getattr(switches, name)
    if left:
        write(conn, msgspec.structs.replace(switches, **{name: left - 1}))
    return left > 0
