"""A record and its signature: the exact bytes that were signed travel, so nobody has to spell them again."""

from __future__ import annotations

from typing import Protocol, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from handschlag.wire.canonical import canonical_json, from_base64, hash_of, to_base64
from handschlag.wire.errors import SignatureInvalid, WireError
from handschlag.wire.limits import RECORD_BYTES

R = TypeVar("R")


class SignedRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """Canonical JSON text, the key that signed it (`ed25519:<device or public key>`) and the signature, base64."""

    record: str
    key: str
    signature: str

    @property
    def hash(self) -> str:
        """The record's address: SHA-256 over its exact bytes."""
        return hash_of(self.record.encode())


class Signer(Protocol):
    """Whoever holds a private Ed25519 key: an Olm account, a company's identity, the relay."""

    key_id: str

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over `message`."""
        ...


class SigningKey:
    """An Ed25519 key of a relay or a company; secrets never print."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = to_base64(self._key.public_key().public_bytes_raw())
        self.key_id = f"ed25519:{self.public}"

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over `message`."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey({self.public})"


def verify(public_key: str, message: bytes, signature: str, field: str = "signature") -> None:
    """Raise SignatureInvalid unless `signature` over `message` was made by `public_key` (both base64)."""
    try:
        key = Ed25519PublicKey.from_public_bytes(from_base64(public_key, field, length=32))
        key.verify(from_base64(signature, field, length=64), message)
    except (InvalidSignature, WireError, ValueError):
        raise SignatureInvalid(field) from None


def sign_record(record: msgspec.Struct, signer: Signer) -> SignedRecord:
    """Return the record in canonical JSON, signed."""
    text = canonical_json(record)
    return SignedRecord(record=text.decode(), key=signer.key_id, signature=to_base64(signer.sign(text)))


def parse_record(signed: SignedRecord, kind: type[R], field: str) -> R:
    """Return the typed record inside, after checking size, type tag and that its bytes are canonical.

    The signature is not checked here: call `verify_record` with the key you trust.
    """
    text = signed.record.encode()
    if len(text) > RECORD_BYTES:
        raise WireError(field, f"{len(text)} bytes", f"at most {RECORD_BYTES} bytes")
    try:
        record = msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise WireError(field, str(error), f"a {kind.__name__}") from None
    if canonical_json(msgspec.json.decode(text)) != text:
        raise WireError(field, "other spelling", "canonical JSON")
    return record


def verify_record(signed: SignedRecord, public_key: str, kind: type[R], field: str) -> R:
    """Return the typed record inside if `public_key` (base64) signed exactly these bytes."""
    record = parse_record(signed, kind, field)
    verify(public_key, signed.record.encode(), signed.signature, field)
    return record
