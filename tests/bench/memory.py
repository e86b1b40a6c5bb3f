"""How much memory each piece holds while nothing happens."""

from pathlib import Path

from deploy.topology import PIECES
from tests.stack import Stack


async def idle_memory(stack: Stack) -> list[str]:
    """One line per piece: resident megabytes."""
    return [f"{piece.name:34} {_resident(stack.pid(piece.name)):7.1f} MB idle" for piece in PIECES]


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"no resident memory of {pid}")
