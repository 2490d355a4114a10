"""The relay's own secrets: the key that signs approvals, stamps and receipts, and the secret behind tokens and number hashes."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import digest
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from handschlag.secret_file import write_secret_file
from handschlag.wire.signed import SigningKey

_SEED_BYTES = 32
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class RelaySecrets:
    """Keys derived from one seed, each for one purpose; they never print."""

    def __init__(self, seed: bytes) -> None:
        self._seed = seed
        self.signing_key = SigningKey(self.derive("signing"))
        self.token_key = self.derive("tokens")
        self.number_key = self.derive("numbers")
        self.push_key = private_scalar(self.derive("push"))

    def derive(self, purpose: str) -> bytes:
        """Return 32 bytes for one purpose (HMAC-SHA256 over its name)."""
        return digest(self._seed, f"handschlag.relay.{purpose}".encode(), sha256)

    def __repr__(self) -> str:
        return "RelaySecrets()"


def private_scalar(seed: bytes) -> bytes:
    """Return a private key on P-256, by which push services know this relay: 32 bytes between 1 and the order."""
    return (int.from_bytes(seed) % (_P256_ORDER - 1) + 1).to_bytes(32)


def push_public_key(scalar: bytes) -> str:
    """Return the public point of a key, uncompressed and in base64url: as a browser wants it."""
    point = ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1()).public_key()
    return urlsafe_b64encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode().rstrip("=")


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
