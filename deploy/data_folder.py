"""The data folder of one installation: what lies where, and that one runner at a time uses it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.failure import CannotStart


@dataclass(frozen=True)
class DataFolder:
    """Everything an installation keeps between two runs is in or under `path`."""

    path: Path

    @property
    def secrets(self) -> Path:
        """Passwords and keys, made by the first run."""
        return self.path / "secrets.json"

    @property
    def demo(self) -> Path:
        """The demo app's API key."""
        return self.path / "demo.json"

    @property
    def pids(self) -> Path:
        """Which processes the last run started."""
        return self.path / "pids.json"

    @property
    def logs(self) -> Path:
        """One log per piece."""
        return self.path / "logs"


@contextmanager
def claimed(path: Path) -> Iterator[DataFolder]:
    """The data folder at `path`, made if missing, and ours alone until the block ends."""
    folder = DataFolder(path.resolve())
    try:
        if not folder.path.exists():
            folder.path.mkdir(parents=True)
            # PostgreSQL's own account must be able to pass through; what is secret inside has its own mode.
            folder.path.chmod(0o755)
        folder.logs.mkdir(mode=0o700, exist_ok=True)
        lock = os.open(folder.path / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as refused:
        raise CannotStart(
            f"The data folder {folder.path} cannot be used ({refused.strerror}). "
            "Choose another with --data-dir."
        ) from refused
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    except BlockingIOError as held:
        raise CannotStart(
            f"Another Bookonce is running on {folder.path}. Stop it first, or choose another --data-dir."
        ) from held
    finally:
        os.close(lock)
