"""Fault points: named places where a test lets a piece die, wait or fail; free when off.

`FAULTS=consume.committed:kill,book.written:delay=500,settle.ruled:fail` arms them. A point that is
armed with `fail` raises once per call; `kill` ends the process as SIGKILL does.
"""

import asyncio
import os
import signal

from shared.errors import Refusal


def _parse(text: str) -> dict[str, str]:
    return dict(entry.strip().split(":", 1) for entry in text.split(",") if entry.strip())


_armed = _parse(os.environ.get("FAULTS", ""))


async def reach(point: str) -> None:
    """Pass the named place; does nothing unless FAULTS names it."""
    if _armed and point in _armed:
        await _trip(_armed[point])


async def _trip(fault: str) -> None:
    kind, _, value = fault.partition("=")
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif kind == "delay":
        await asyncio.sleep(int(value) / 1000)
    elif kind == "fail":
        raise Refusal("unavailable")
    else:
        raise ValueError(f"unknown fault {fault!r}: use kill, delay=MILLISECONDS or fail")
