"""Which mail is asked for, and waiting for it."""

import asyncio
from contextlib import suppress
from typing import Annotated

from msgspec import Meta, Struct

from deploy.mailbox.doorway import Refused
from deploy.mailbox.records import Letter, Records
from shared import process


class Ask(Struct, frozen=True, forbid_unknown_fields=True):
    """Mail sent `to` this address, arrived `after` the one with this id.

    Where there is none, `wait_ms` is how long to wait for it.
    """

    to: str | None = None
    after: Annotated[int, Meta(ge=0, le=2**62)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    wait_ms: Annotated[int, Meta(ge=0, le=30_000)] = 0


GLANCE_SECONDS = 0.5


async def find(records: Records, ask: Ask) -> list[Letter]:
    """The newest first; empty when none has come in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + ask.wait_ms / 1000
    while True:
        # Taken before looking, so that a letter which comes meanwhile is not slept through.
        arrival = records.arrival
        found = await records.newest(ask.to, ask.after, ask.limit)
        now = loop.time()
        if found or now >= deadline or process.ending.is_set():
            return found
        with suppress(TimeoutError):
            async with asyncio.timeout_at(min(deadline, now + GLANCE_SECONDS)):
                await arrival.wait()


async def get(records: Records, id: str) -> Letter:
    """The letter with this id; Refused when there is none."""
    known = id.isascii() and id.isdecimal() and len(id) < 19
    letter = await records.get(int(id)) if known else None
    if letter is None:
        raise Refused(404, "There is no such mail.")
    return letter
