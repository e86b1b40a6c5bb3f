"""Room on the disk: asked for before anything starts, and named when it has run out."""

import shutil
from pathlib import Path

from deploy.failure import CannotStart

MEGABYTE = 1_000_000
FIRST_START = 200 * MEGABYTE
"""An empty installation takes 80 MB, and PostgreSQL's log grows in pieces of 16 MB."""
ANY_START = 64 * MEGABYTE
FULL = 2 * MEGABYTE
"""What is left when nothing more can be written."""


def check(folder: Path, needed: int) -> None:
    """CannotStart when the disk that holds `folder` has less room than needed, in bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotStart(
            f"The disk of {folder} is full: {_megabytes(free)} are free, and {_megabytes(needed)} are needed "
            "to start. Free some space, or choose another disk with --data-dir. Nothing was changed."
        )


def advice(folder: Path) -> str:
    """A sentence for when something there has failed: empty unless the disk is full."""
    if shutil.disk_usage(folder).free > FULL:
        return ""
    return f" The disk of {folder} is full: free some space there. What was confirmed is kept."


def _megabytes(count: int) -> str:
    return f"{count / MEGABYTE:.0f} MB"
