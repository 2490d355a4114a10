"""`/{media_id}`: what a file is and the address it is fetched from for a while; and its removal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.actions.media.bring_media import find_row
from handschlag.gateway.actions.media.fetch_incoming import not_available
from handschlag.gateway.actions.media.read_media import remove_media
from handschlag.gateway.media_room import sha256_hex
from handschlag.gateway.rules.graph_ids import is_graph_id

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.storage.media import MediaRow


async def find_media_node(call: Call, id_: str) -> MediaRow | None:
    """Return a file of one of the caller's numbers, of the one given if one is; an expired one is not there."""
    row = await find_row(call.running, id_) if is_graph_id(id_) else None
    if row is None or row.expires_at <= call.running.clock.now():
        return None
    company = call.running.companies.get(row.company)
    if company is None or company.row.app_id != call.caller.app_id:
        return None
    number = (await call.parameters()).get("phone_number_id")
    return row if number is None or str(number) == company.row.phone_number_id else None


async def read_media_node(call: Call, row: MediaRow) -> dict[str, Any]:
    """Return a file's type, size, hash and address; raises MediaNotAvailable for a received file that cannot be had."""
    if row.failure is not None:
        raise not_available(row)
    return {
        "messaging_product": "whatsapp",
        "url": call.running.media.url_of(row, call.running.clock.now(), call.base_url),
        "mime_type": row.mime_type,
        "sha256": sha256_hex(row.sha256),
        "file_size": row.file_size,
        "id": row.id,
    }


async def delete_media_node(call: Call, row: MediaRow) -> object:
    """Remove a file."""
    await remove_media(call.running, row)
    return {"success": True}
