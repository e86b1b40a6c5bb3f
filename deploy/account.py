"""The account PostgreSQL runs under: it refuses to run as root, so root hands it to somebody unprivileged."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.failure import CannotStart

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """A user and group to drop to."""

    uid: int
    gid: int

    def identity(self) -> dict[str, Any]:
        """What `subprocess` needs to become this account, with no other group left."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may(self, *command: str | Path) -> bool:
        """Whether `command` can be run, and succeeds, under this account."""
        try:
            return (
                subprocess.run(
                    command,
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    check=False,
                    **self.identity(),
                ).returncode
                == 0
            )
        except OSError:
            return False


def owner_of(path: Path) -> Account:
    """The account that owns `path`."""
    status = path.stat()
    return Account(status.st_uid, status.st_gid)


def unprivileged() -> Account | None:
    """Whom to drop to, or None when this process is not root and stays who it is."""
    if os.geteuid() != 0:
        return None
    for name in CANDIDATES:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_uid, found.pw_gid)
    raise CannotStart(
        "PostgreSQL refuses to run as root, and there is no user `postgres` or `nobody` to run it as. "
        "Start Bookonce as an ordinary user."
    )
