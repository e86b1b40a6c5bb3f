"""SQL that writes links as CSV: PostgreSQL prints the lines, a page at a time by id."""

import asyncio
from uuid import UUID

from services.tokens.store.links import newest
from shared.contracts.tokens import LinkFilter
from shared.postgres import Connection

_TIME = """to_char({} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
# A cell that a spreadsheet would take for a formula gets an apostrophe; a line break becomes a space.
_TEXT = r"""translate(case when left({0}, 1) in ('=', '+', '-', '@', E'\t', E'\r', E'\n') then '''' || {0}
    else {0} end, E'\r\n', '  ')"""
_STATUS = """case when consumed_at is not null then 'consumed' when revoked_at is not null then 'revoked'
    when expires_at <= now() then 'expired' else 'open' end"""

COLUMNS = (
    ("id", "id"),
    ("url", "key_id"),
    ("contact_name", _TEXT.format("contact_name")),
    ("contact_email", _TEXT.format("contact_email")),
    ("booking_link_id", "booking_link_id"),
    ("status", _STATUS),
    ("created_at", _TIME.format("created_at")),
    ("expires_at", _TIME.format("expires_at")),
    ("consumed_at", _TIME.format("consumed_at")),
    ("consumed_by_booking_id", "consumed_by_booking_id"),
    ("channel", _TEXT.format("channel")),
    ("workflow_id", "workflow_id"),
    ("run_id", "run_id"),
    ("step", _TEXT.format("step")),
    ("campaign", _TEXT.format("campaign")),
)
"""Name and expression of each column; where the URL will be, PostgreSQL prints which key makes it."""

SELECTED = ", ".join(f"{expression} as {name}" for name, expression in COLUMNS)


async def page(
    conn: Connection, app_id: UUID, wanted: LinkFilter, before: UUID, most: int, begun: asyncio.Event
) -> list[bytes]:
    """Lines of CSV without their ends, newest first, below an id: `id,key_id,…`.

    `begun` is set as soon as the first of them are there.
    """
    rows, values = newest(app_id, wanted, before, most)
    statement = f"select {SELECTED} from ({rows}) as links order by links.id desc"
    chunks: list[bytes] = []

    async def collect(chunk: bytes) -> None:
        chunks.append(bytes(chunk))
        begun.set()

    await conn.copy_from_query(statement, *values, output=collect, format="csv")
    return b"".join(chunks).splitlines()
