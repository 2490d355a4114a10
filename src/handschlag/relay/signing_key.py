"""The relay's own secrets: the key that signs approvals, stamps and receipts, and the secret behind tokens and number hashes."""

from __future__ import annotations

import secrets
from hashlib import sha256
from hmac import digest
from pathlib import Path

from handschlag.secret_file import write_secret_file
from handschlag.wire.signed import SigningKey

_SEED_BYTES = 32


class RelaySecrets:
    """Keys derived from one seed, each for one purpose; they never print."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self.signing_key = SigningKey(self.derive("signing"))
        self.token_key = self.derive("tokens")
        self.number_key = self.derive("numbers")

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose (HMAC-SHA256 over its name)."""
        return digest(self._seed, f"handschlag.relay.{purpose}".encode(), sha256)

    def __repr__(self) -> str:
        return "RelaySecrets()"


def load_secrets(folder: Path) -> RelaySecrets:
    """Return the secrets kept in `folder`, made there at the first start and readable by the owner alone."""
    path = folder / "relay.key"
    if not path.exists():
        write_secret_file(path, secrets.token_bytes(_SEED_BYTES))
    seed = path.read_bytes()
    if len(seed) != _SEED_BYTES:
        message = f"{path.name}: got {len(seed)} bytes, expected {_SEED_BYTES}"
        raise ValueError(message)
    return RelaySecrets(seed)
