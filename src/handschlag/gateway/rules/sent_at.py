"""When a message was sent, as its id tells."""

from __future__ import annotations

from handschlag.wire.ids import EnvelopeId


def sent_at(id_: EnvelopeId) -> float:
    """Return the Unix seconds in a UUIDv7."""
    return int(id_[:8] + id_[9:13], 16) / 1000
