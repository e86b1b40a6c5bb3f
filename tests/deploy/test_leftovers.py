"""Processes of a killed run are ended only if they verifiably are that run's."""

import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy import leftovers
from deploy.processes import Process


@pytest.fixture
async def survivor(place: Path) -> AsyncIterator[Process]:
    command = [sys.executable, "-c", "import signal; signal.pause()"]
    process = Process("survivor", command, environment=os.environ, log=place / "log")
    process.start()
    yield process
    await process.kill()


async def test_recorded_process_is_ended(place: Path, survivor: Process) -> None:
    leftovers.record(place / "pids.json", [survivor])
    leftovers.end_recorded(place / "pids.json")
    assert not survivor.running
    assert not (place / "pids.json").exists()


@pytest.mark.parametrize("change", [{"created": 1.0}, {"command": ["something", "else"]}])
async def test_process_that_only_has_the_recorded_id_is_left_alone(
    place: Path, survivor: Process, change: dict[str, object]
) -> None:
    leftovers.record(place / "pids.json", [survivor])
    (entry,) = json.loads((place / "pids.json").read_text())
    (place / "pids.json").write_text(json.dumps([{**entry, **change}]))
    leftovers.end_recorded(place / "pids.json")
    assert survivor.running


async def test_stale_server_record_is_forgotten_and_its_id_left_alone(place: Path, survivor: Process) -> None:
    (place / "postmaster.pid").write_text(f"{survivor.pid}\n{place}\n")
    leftovers.end_server(place)
    assert survivor.running
    assert not (place / "postmaster.pid").exists()
