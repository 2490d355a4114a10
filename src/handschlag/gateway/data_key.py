"""The key that seals secrets at rest: 32 random bytes in a file of their own, apart from the database and its dumps."""

from __future__ import annotations

import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from handschlag.secret_file import write_secret_file

KEY_BYTES = 32
_NONCE_BYTES = 12


class SecretNotReadable(Exception):
    """A sealed secret does not open: the data key is another one than it was sealed with."""


class DataKey:
    """Seals secrets for the database; it never prints."""

    def __init__(self, key: bytes) -> None:
        self.raw = key
        self._cipher = AESGCM(key)

    def seal(self, secret: bytes, purpose: str) -> bytes:
        """Return the secret sealed for one purpose, so that one column's value does not open as another's."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Return what was sealed for this purpose."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except InvalidTag:
            message = f"{purpose}: sealed with another data key than the one in use"
            raise SecretNotReadable(message) from None

    def __repr__(self) -> str:
        return "DataKey()"


def load_data_key(path: Path) -> DataKey:
    """Return the data key in `path`, made there at the first start."""
    if not path.exists():
        # Another process of this gateway may be faster; its key is the key then.
        with suppress(FileExistsError):
            write_secret_file(path, secrets.token_bytes(KEY_BYTES))
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        message = f"{path.name}: got {len(key)} bytes, expected {KEY_BYTES}"
        raise SecretNotReadable(message)
    return DataKey(key)
