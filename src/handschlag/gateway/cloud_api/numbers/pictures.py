"""The profile's picture: taken from an upload, kept at the gateway, and served to whoever knows its address.

It travels to customers as it was uploaded: the relay shows it, and the signed profile names its hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aiohttp import web

from handschlag.content.picture_size import MOST_PIXELS, is_bearable, picture_size
from handschlag.gateway.actions.media.upload_sessions import read_handle
from handschlag.gateway.cloud_api.numbers.link_base import link_base
from handschlag.gateway.errors import LinkUnknown, RequestInvalid, shown
from handschlag.gateway.storage.number_settings import load_picture
from handschlag.wire.limits import PICTURE_BYTES
from handschlag.wire.picture import PICTURE_TYPES, picture_type

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_NAME_CHARACTERS = 16
_KEPT = "public, max-age=86400, immutable"


async def picture_url(call: Call, company: Company) -> str:
    """Return where the picture is, or nothing if there is none; another picture has another address."""
    picture = await _picture(call.running, company)
    if picture is None:
        return ""
    return f"{link_base(call.running, call.request)}/pictures/{company.row.phone_number_id}.{_name(picture)}"


async def parse_picture_handle(call: Call, handle: str) -> bytes | None:
    """Return the picture behind `profile_picture_handle`, or None if none is given."""
    if not handle:
        return None
    _, picture = await read_handle(call.running, call.caller.app_id, handle, most=PICTURE_BYTES)
    if picture_type(picture) is None:
        raise RequestInvalid(
            f"profile_picture_handle: got a file that begins with {shown(picture[:8])}, expected {' or '.join(PICTURE_TYPES)}"
        )
    size = picture_size(picture)
    if not is_bearable(size):
        seen = "a picture of unknown size" if size is None else f"{size[0]} times {size[1]} pixels"
        raise RequestInvalid(f"profile_picture_handle: got {seen}, at most {MOST_PIXELS} on each side")
    return picture


async def show_picture(running: Running, name: str) -> web.Response:
    """Answer with a picture; only under the name it has now."""
    phone_number_id, _, hashed = name.partition(".")
    company = running.by_phone_number.get(phone_number_id)
    picture = None if company is None else await _picture(running, company)
    if picture is None or hashed != _name(picture):
        raise LinkUnknown(f"picture: got {shown(name)}, expected the address of a profile's picture")
    headers = {
        "Content-Type": picture_type(picture) or PICTURE_TYPES[0],
        "Cache-Control": _KEPT,
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=picture, headers=headers)


async def _picture(running: Running, company: Company) -> bytes | None:
    return await running.store.read(lambda connection: load_picture(connection, company.id))


def _name(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()[:_NAME_CHARACTERS]
