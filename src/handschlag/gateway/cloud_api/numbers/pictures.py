"""The profile's picture: taken from an upload, served to whoever knows its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.errors import RequestInvalid, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company


async def picture_url(_call: Call, _company: Company) -> str:
    return ""


async def parse_picture_handle(_call: Call, parameters: Mapping[str, Any]) -> bytes | None:
    handle = parameters.get("profile_picture_handle")
    if not handle:
        return None
    raise RequestInvalid(f"profile_picture_handle: got {shown(handle)}, expected a handle")
