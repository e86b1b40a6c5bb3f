"""Secrets of a local installation: made once, kept in one file that only its owner may read."""

import base64
import json
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.files import write_privately


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def new_password() -> str:
    """Safe inside a connection string without quoting."""
    return secrets.token_urlsafe(24)


def new_secret() -> str:
    """Shared between two machines: 43 characters."""
    return _encoded(secrets.token_bytes(32))


def new_keyring() -> str:
    """A keyring with one key: `id:key`, the key base64url of 32 random bytes."""
    return f"1:{_encoded(secrets.token_bytes(32))}"


def new_service_key() -> str:
    """A raw Ed25519 private key as base64url: how a piece proves to another who it is."""
    return _encoded(Ed25519PrivateKey.generate().private_bytes_raw())


def public_key(service_key: str) -> str:
    """The public half of a service key, in the same spelling."""
    raw = base64.urlsafe_b64decode(service_key + "=" * (-len(service_key) % 4))
    return _encoded(Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw())


class Secrets:
    """Named secrets in one file; a name asked for the first time gets a new value, for good."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}

    def get(self, name: str, make: Callable[[], str]) -> str:
        """The secret called `name`, written down before anybody uses it."""
        if name not in self._values:
            self._values[name] = make()
            write_privately(self._path, json.dumps(self._values, indent=2))
        return self._values[name]
