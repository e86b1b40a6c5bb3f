"""Where the database files live: in the data folder, unless only root may enter it."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.account import Account, owner_of, unprivileged
from deploy.binaries import PUBLIC_PLACE
from deploy.failure import CannotStart

NOTE = "postgres-is-elsewhere.txt"


@dataclass(frozen=True)
class Home:
    """A folder for one database cluster, and the account that owns it (None: whoever runs this)."""

    folder: Path
    account: Account | None

    def create(self, folder: Path) -> None:
        """Make `folder`, empty and private to the account."""
        folder.mkdir(mode=0o700)
        if self.account is None:
            return
        try:
            os.chown(folder, self.account.uid, self.account.gid, follow_symlinks=False)
        except OSError as refused:
            raise CannotStart(
                f"{folder} cannot be given to user id {self.account.uid}, whom PostgreSQL would run as "
                f"({refused.strerror}). Choose another --data-dir, or start as an ordinary user."
            ) from refused


def home_in(data: Path) -> Home:
    """The home of the cluster that belongs to the data folder `data`."""
    near = data / "postgres"
    account = unprivileged()
    if account is None:
        return Home(near, None)
    if near.is_dir() and near.stat().st_uid != 0:
        account = owner_of(near)
    if account.may("test", "-x", data):
        return Home(near, account)
    return Home(_elsewhere(data), account)


def _elsewhere(data: Path) -> Path:
    PUBLIC_PLACE.mkdir(mode=0o755, parents=True, exist_ok=True)
    far = PUBLIC_PLACE / f"data-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"
    note = data / NOTE
    if not note.exists():
        # Somebody deleted the data folder, and meant the data: its other half goes too.
        if far.exists():
            shutil.rmtree(far)
        note.write_text(
            f"PostgreSQL does not run as root, and only root may enter this folder.\n"
            f"The database files are in {far}\n"
        )
    return far
