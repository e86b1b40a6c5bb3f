"""Migrations: plain SQL files, applied as a one-shot step of their own, never by a starting replica."""

from pathlib import Path

import psycopg
from yoyo import get_backend, read_migrations

_LOCK = 0x626F6F6B
"""One number for all: advisory locks are per database, and each piece has its own."""


def migrate(url: str, folder: Path) -> list[str]:
    """Apply what is missing, in order, and return the names of what was applied.

    Two runs at once wait for each other on a session advisory lock, which a killed run lets go
    of by itself (yoyo's own lock row would stay behind).
    """
    with psycopg.connect(url, autocommit=True) as guard:
        guard.execute("select pg_advisory_lock(%s)", (_LOCK,))
        backend = get_backend("postgresql+psycopg://" + url.split("://", 1)[1])
        try:
            missing = backend.to_apply(read_migrations(str(folder)))
            names = [migration.id for migration in missing]
            backend.apply_migrations(missing)
        finally:
            backend.connection.close()
    return names
