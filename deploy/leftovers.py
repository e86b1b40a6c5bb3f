"""Processes of an earlier run that was killed: found by a record of their ids, ended before a new start."""

import contextlib
import json
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from deploy.files import write_privately
from deploy.processes import Process

GRACE_SECONDS = 12
GLANCE = 0.05
# The system's notion of a start time shifts a little when the clock is set.
CLOCK_SLACK_SECONDS = 3


def record(pids: Path, processes: Iterable[Process]) -> None:
    """Write down which processes run now, each by id, start time and command."""
    running = []
    for process in processes:
        if process.running:
            with contextlib.suppress(psutil.NoSuchProcess):
                created = psutil.Process(process.pid).create_time()
                running.append({"pid": process.pid, "created": created, "command": process.command})
    write_privately(pids, json.dumps(running, indent=2))


def end_recorded(pids: Path) -> None:
    """End every recorded process that still is the one recorded; ids the system reused are left alone."""
    if not pids.exists():
        return
    survivors = []
    for entry in json.loads(pids.read_text()):
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(entry["pid"])
            same_start = abs(process.create_time() - entry["created"]) < CLOCK_SLACK_SECONDS
            if same_start and process.cmdline() == entry["command"]:
                survivors.append(process)
    _end(survivors, signal.SIGTERM)
    pids.unlink()


def end_server(cluster: Path) -> None:
    """End a PostgreSQL that still serves `cluster`; forget the record of one that is gone."""
    record = cluster / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, psutil.Error, ValueError, IndexError):
        server = psutil.Process(int(record.read_text().splitlines()[0]))
        if str(cluster) in server.cmdline():
            _end([server], signal.SIGINT)
    # A server killed without warning leaves children that hold its memory for a moment.
    _end([each for each in psutil.process_iter() if _serves(each, cluster)], signal.SIGQUIT)
    # PostgreSQL would refuse to start if the id in there now belonged to another program of the same user.
    record.unlink(missing_ok=True)


def _serves(process: psutil.Process, cluster: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        return bool(process.name() == "postgres" and process.cwd() == str(cluster))
    return False


def _end(processes: list[psutil.Process], number: signal.Signals) -> None:
    for attempt in (number, signal.SIGKILL):
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(attempt)
        deadline = time.monotonic() + GRACE_SECONDS
        while (processes := [each for each in processes if is_alive(each)]) and time.monotonic() < deadline:
            time.sleep(GLANCE)


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs: one that ended but that nobody has waited for yet does not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False
