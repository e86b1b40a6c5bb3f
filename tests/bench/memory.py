"""How much memory pieces hold: while nothing happens, and at most."""

from pathlib import Path

from deploy.topology import PIECES
from tests.stack import Stack


async def idle_memory(stack: Stack) -> list[str]:
    """One line per piece of ours: resident megabytes."""
    ours = [piece.name for piece in PIECES if not piece.stands_in]
    return [f"{name:34} {_resident(stack.pid(name)):7.1f} MB idle" for name in ours]


def forget_peak(pid: int) -> float:
    """Megabytes that a process holds now; its peak is counted from here anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return peak(pid)


def peak(pid: int) -> float:
    """Megabytes that a process held at most."""
    return _status(pid, "VmHWM:")


def _resident(pid: int) -> float:
    return _status(pid, "VmRSS:")


def _status(pid: int, name: str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {pid} tells no {name}")
