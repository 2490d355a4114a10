"""Sealed envelopes until the relay answers."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.gateway.storage.schema import outbox
from handschlag.wire.envelope import OutgoingEnvelope

# Row: company, id, attempt, envelope, receipt.
# Sealing for other devices replaces the envelope; a receipt's body is nowhere else.
PUT_INTO_OUTBOX = insert_rows(
    outbox,
    *("company", "id", "attempt", "envelope", "receipt"),
    on_conflict=("update", ("company", "id", "attempt"), ("envelope",)),
)

# Row: company, id, attempt.
REMOVE_FROM_OUTBOX = delete_rows(outbox, "company", "id", "attempt")

encode_envelope = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(OutgoingEnvelope).decode


def list_outbox(connection: Connection, company: int) -> list[tuple[OutgoingEnvelope, bytes | None]]:
    """Return what the relay has not answered yet, in the order it was written, receipts with their bodies."""
    query = select(outbox.c.envelope, outbox.c.receipt).where(outbox.c.company == company)
    rows = connection.execute(query.order_by(outbox.c.id, outbox.c.attempt))
    return [(_decode(row.envelope), row.receipt) for row in rows]
