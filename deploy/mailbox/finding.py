"""Which mail is asked for, and waiting for it."""

import asyncio
from typing import Annotated

from msgspec import Meta, Struct

from deploy.mailbox.doorway import Refused
from deploy.mailbox.records import Letter, Records
from shared import process

EVERY_SECONDS = 0.1


class Ask(Struct, frozen=True, forbid_unknown_fields=True):
    """Mail sent `to` this address, arrived `after` the one with this id.

    Where there is none, `wait_ms` is how long to wait for it.
    """

    to: str | None = None
    after: Annotated[int, Meta(ge=0, le=2**62)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    wait_ms: Annotated[int, Meta(ge=0, le=30_000)] = 0


async def find(records: Records, ask: Ask) -> list[Letter]:
    """The newest first; empty when none has come in time."""
    time = asyncio.get_running_loop().time
    until = time() + ask.wait_ms / 1000
    while True:
        found = await records.newest(ask.to, ask.after, ask.limit)
        left = until - time()
        if found or left <= 0 or process.ending.is_set():
            return found
        await asyncio.sleep(min(left, EVERY_SECONDS))


async def get(records: Records, id: str) -> Letter:
    """The letter with this id; Refused when there is none."""
    known = id.isascii() and id.isdecimal() and len(id) < 19
    letter = await records.get(int(id)) if known else None
    if letter is None:
        raise Refused(404, "There is no such mail.")
    return letter
