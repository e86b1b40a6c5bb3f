"""Time-ordered identifiers: UUID version 7 (RFC 9562, section 5.7)."""

import os
import time
from datetime import datetime
from uuid import UUID

_latest = 0


def new_id() -> UUID:
    """A UUID whose first 48 bits are Unix milliseconds; in one process each is greater than the last."""
    global _latest
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    _latest = max(value, _latest + 1)
    return UUID(int=_latest)


def new_ids(count: int) -> list[UUID]:
    """So many of them at once, each the next after the last: like ids made within one millisecond."""
    global _latest
    first = new_id().int
    _latest = first + count
    return [UUID(int=value) for value in range(first, first + count)]


def first_id(at: datetime, seconds: float = 0.0) -> UUID:
    """The lowest id that can have been made so many seconds after `at`, or later, by the same clock."""
    milliseconds = round((at.timestamp() + seconds) * 1000)
    return UUID(int=min(max(0, milliseconds), 2**48 - 1) << 80)


LAST = UUID(int=2**128 - 1)
"""Greater than every id: where a list that is newest first begins."""
