"""Fault points: free when off, and each kind does what its name says when armed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROGRAM = """
import asyncio
from shared.errors import Refusal
from shared.faults import reach

async def main():
    for point in ("first", "second"):
        try:
            await reach(point)
            print(point, "passed", flush=True)
        except Refusal as refusal:
            print(point, refusal.code, flush=True)

asyncio.run(main())
"""


def _run(faults: str | None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"]} | ({} if faults is None else {"FAULTS": faults})
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_unarmed_points_are_passed() -> None:
    for faults in (None, "", "elsewhere:kill"):
        assert _run(faults).stdout == "first passed\nsecond passed\n"


def test_a_point_that_fails_refuses_and_the_others_are_passed() -> None:
    assert _run("first:fail").stdout == "first unavailable\nsecond passed\n"


def test_a_point_that_kills_ends_the_process_as_sigkill_does() -> None:
    killed = _run("second:kill")
    assert killed.returncode == -signal.SIGKILL
    assert killed.stdout == "first passed\n"


def test_a_point_that_delays_is_passed_later() -> None:
    began = time.monotonic()
    assert _run("first:delay=300, second:fail").stdout == "first passed\nsecond unavailable\n"
    assert time.monotonic() - began >= 0.3


def test_a_fault_that_is_none_is_an_error_and_not_ignored() -> None:
    refused = _run("first:explode")
    assert refused.returncode != 0
    assert "explode" in refused.stderr


def test_an_unarmed_point_costs_next_to_nothing() -> None:
    timed = """
import asyncio, time
from shared.faults import reach

async def nothing(point): ...

async def cost(call):
    began = time.perf_counter()
    for _ in range(100_000):
        await call("first")
    return time.perf_counter() - began

print(asyncio.run(cost(reach)) / asyncio.run(cost(nothing)))
"""
    done = subprocess.run([sys.executable, "-c", timed], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 10
