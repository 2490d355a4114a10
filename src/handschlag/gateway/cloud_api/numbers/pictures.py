"""The profile's picture: taken from an upload, kept at the gateway, and served to whoever knows its address.

It does not travel with the profile to customers' messengers: the relay's profile has no room for a file.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from aiohttp import web

from handschlag.gateway.actions.media.upload_sessions import read_handle
from handschlag.gateway.cloud_api.numbers.link_base import link_base
from handschlag.gateway.errors import LinkUnknown, RequestInvalid, shown
from handschlag.gateway.storage.number_settings import load_picture

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_LARGEST = 5 * 1024 * 1024
_TYPES = ("image/jpeg", "image/png")
_BEGINNINGS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
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
    _, picture = await read_handle(call.running, call.caller.app_id, handle, most=_LARGEST)
    if _type(picture) is None:
        raise RequestInvalid(
            f"profile_picture_handle: got a file that begins with {shown(picture[:8])}, expected {' or '.join(_TYPES)}"
        )
    return picture


async def show_picture(running: Running, name: str) -> web.Response:
    """Answer with a picture; only under the name it has now."""
    phone_number_id, _, hashed = name.partition(".")
    company = running.by_phone_number.get(phone_number_id)
    picture = None if company is None else await _picture(running, company)
    if picture is None or hashed != _name(picture):
        raise LinkUnknown(f"picture: got {shown(name)}, expected the address of a profile's picture")
    headers = {
        "Content-Type": _type(picture) or _TYPES[0],
        "Cache-Control": _KEPT,
        "X-Content-Type-Options": "nosniff",
    }
    return web.Response(body=picture, headers=headers)


async def _picture(running: Running, company: Company) -> bytes | None:
    return await running.store.read(lambda connection: load_picture(connection, company.id))


def _name(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()[:_NAME_CHARACTERS]


def _type(picture: bytes) -> str | None:
    return next((kind for beginning, kind in _BEGINNINGS.items() if picture.startswith(beginning)), None)
