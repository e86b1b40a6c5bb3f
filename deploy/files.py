"""Files that are either whole or absent, and readable by their owner alone."""

import os
from pathlib import Path


def write_privately(path: Path, text: str) -> None:
    """Replace `path` with `text` in one step, mode 0600; survives a crash at any point."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with open(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)
