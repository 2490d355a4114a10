"""Messages that are accepted and wait for their files to be brought."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from handschlag.database.hot import delete_rows, insert_rows
from handschlag.gateway.rules.wanted_files import WantedFile
from handschlag.gateway.storage.schema import messages_awaiting_media
from handschlag.wire.ids import AccountId, EnvelopeId


class AwaitingMessage(msgspec.Struct, frozen=True):
    """A message whose body stands in outgoing_messages, with gaps where these files belong."""

    id: EnvelopeId
    customer: AccountId
    files: list[WantedFile]
    created_at: float


# Row: company, id, customer, files, created_at.
PUT_INTO_AWAITING_MEDIA = insert_rows(
    messages_awaiting_media, "company", "id", "customer", "files", "created_at", on_conflict="ignore"
)

# Row: company, id.
REMOVE_FROM_AWAITING_MEDIA = delete_rows(messages_awaiting_media, "company", "id")

encode_files = msgspec.json.Encoder().encode
_decode_files = msgspec.json.Decoder(list[WantedFile]).decode


def list_awaiting_media(connection: Connection, company: int) -> list[AwaitingMessage]:
    """Return what waits for files, in the order it was written."""
    table = messages_awaiting_media.c
    query = select(table.id, table.customer, table.files, table.created_at).where(table.company == company)
    rows = connection.execute(query.order_by(table.id))
    return [AwaitingMessage(row.id, row.customer, _decode_files(row.files), row.created_at) for row in rows]
