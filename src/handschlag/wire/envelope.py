"""The header the relay reads and the size it is allowed to learn; the body stays sealed."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.wire import limits
from handschlag.wire.canonical import canonical_json, from_base64, hash_of
from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId, parse_account_id, parse_device_id, parse_envelope_id

_COMMITMENT_BYTES = 32

Kind = Literal["service", "template", "system", "receipt", "sync"]
Category = Literal["utility", "authentication", "marketing"]


class Header(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """What the relay knows of an envelope; the same object is repeated inside the ciphertext and compared there.

    `sent_at` Unix seconds by the sender's clock; `size` one of BUCKETS; `ttl` seconds; `attempt` grows when the sender
    seals the same message again; `category` and `commitment` stand on templates alone (spec/consent.md).
    """

    id: EnvelopeId
    sender: AccountId
    from_device: DeviceId
    to: AccountId
    kind: Kind
    sent_at: int
    size: int
    ttl: int = limits.ENVELOPE_SECONDS
    attempt: int = 0
    category: Category | None = None
    commitment: str | None = None

    def __repr__(self) -> str:
        return f"Header({self.id}, {self.kind})"


class OutgoingEnvelope(msgspec.Struct, frozen=True):
    """One message of a sender: its header and one sealed body per device, `bodies[account][device]`."""

    header: Header
    bodies: dict[AccountId, dict[DeviceId, msgspec.Raw]]


def check_header(header: Header) -> Header:
    """Return the header if every field keeps the limits of spec/wire.md section 3."""
    parse_envelope_id(header.id, "header.id")
    parse_account_id(header.sender, "header.from")
    parse_device_id(header.from_device, "header.from_device")
    parse_account_id(header.to, "header.to")
    if not 0 <= header.sent_at <= limits.LATEST_TIME:
        raise WireError("header.sent_at", header.sent_at, f"0 to {limits.LATEST_TIME}")
    if header.size not in limits.BUCKETS:
        raise WireError("header.size", header.size, f"one of {', '.join(map(str, limits.BUCKETS))}")
    if not 1 <= header.ttl <= limits.ENVELOPE_SECONDS:
        raise WireError("header.ttl", header.ttl, f"1 to {limits.ENVELOPE_SECONDS} seconds")
    if not 0 <= header.attempt <= 9:  # noqa: PLR2004  a device that failed nine times needs a person
        raise WireError("header.attempt", header.attempt, "0 to 9")
    if (header.kind == "sync") != (header.to == header.sender):
        raise WireError("header.to", header.to, "the sender's own account on sync, and only there")
    if (header.kind == "template") != (header.category is not None):
        raise WireError("header.category", header.category, "a category on templates, and only there")
    if (header.kind == "template") != (header.commitment is not None):
        raise WireError("header.commitment", header.commitment, "a commitment on templates, and only there")
    if header.commitment is not None:
        from_base64(header.commitment, "header.commitment", length=_COMMITMENT_BYTES)
    return header


def header_bytes(header: Header) -> bytes:
    """Return the header's canonical JSON: what is stored, forwarded, hashed and repeated inside the ciphertext."""
    return canonical_json(header)


def header_hash(header: Header) -> str:
    """Return the hash that a stamp binds, SHA-256 over the canonical header."""
    return hash_of(header_bytes(header))


def bucket_for(length: int) -> int:
    """Return the smallest bucket that holds a content of `length` bytes."""
    for bucket in limits.BUCKETS:
        if length <= bucket:
            return bucket
    raise WireError("content", f"{length} bytes", f"at most {limits.BUCKETS[-1]} bytes")


def check_body_size(header: Header, body: bytes) -> None:
    """Raise WireError if a sealed body cannot belong to the bucket its header declares, or could not be read again."""
    brackets = body.count(b"{") + body.count(b"[")
    if not body.startswith(b"{") or brackets > limits.BODY_BRACKETS:
        raise WireError("body", f"{brackets} brackets", f"an object with at most {limits.BODY_BRACKETS} brackets")
    least = header.size * 4 // 3
    most = header.size * 4 // 3 + limits.SEALED_OVERHEAD_BYTES + header.size // 8
    if not least <= len(body) <= most:
        raise WireError("body", f"{len(body)} bytes", f"{least} to {most} bytes for size {header.size}")
