"""Secrets that must be stored, such as credentials for other systems, sealed under a key of the environment.

AES-256-GCM with a random nonce for each sealing (NIST SP 800-38D). What is sealed is bound to what it is
`about`, such as the id of its row, so that it cannot be moved to another one unnoticed.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.capability import read_keys

_KEY_BYTES = 32
_NONCE_BYTES = 12


class Unopened(Exception):
    """It does not open: its key is no longer held, it was changed, or it is about another thing."""


class Vault:
    """A keyring of AES keys, written as shared/capability.py reads it: the first seals, all open.

    Raises ValueError with a readable message for a key that is not of 32 bytes.
    """

    def __init__(self, keyring: str) -> None:
        keys = read_keys(keyring)
        if any(len(key) != _KEY_BYTES for key in keys.values()):
            raise ValueError("a key of the vault is exactly 32 bytes of base64url")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.newest = next(iter(keys))

    def seal(self, plain: bytes, about: bytes) -> tuple[int, bytes]:
        """The id of the key, which the row remembers, and what only this vault can open."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.newest, nonce + self._ciphers[self.newest].encrypt(nonce, plain, about)

    def open(self, key_id: int, sealed: bytes, about: bytes) -> bytes:
        """What was sealed; Unopened when it was not sealed so, about this, by a key that is still held."""
        try:
            return self._ciphers[key_id].decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
        except (KeyError, ValueError, InvalidTag):
            raise Unopened from None
