"""`/{phone_number_id}/whatsapp_commerce_settings`: there is no catalogue here, and both switches say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.errors import NotOffered, ParameterMissing

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_SWITCHES = ("is_cart_enabled", "is_catalog_visible")


class CommerceSettings(msgspec.Struct):
    """Two switches that stay off."""

    is_cart_enabled: bool | None = None
    is_catalog_visible: bool | None = None


async def read_commerce_settings(call: Call) -> object:
    """Return that neither cart nor catalogue is there."""
    company = call.phone_number()
    return {"data": [{**dict.fromkeys(_SWITCHES, False), "id": company.row.phone_number_id}]}


async def change_commerce_settings(call: Call) -> object:
    """Take a switch that stays off; one that goes on is not offered."""
    call.phone_number()
    asked = await call.read(CommerceSettings)
    given = {name: on for name in _SWITCHES if (on := getattr(asked, name)) is not None}
    if not given:
        raise ParameterMissing(f"{', '.join(_SWITCHES)}: got nothing, expected one of them")
    for name, on in given.items():
        if on:
            raise NotOffered(f"{name}: got true, but catalogues and carts are not offered")
    return SUCCESS
