"""`GET /{phone_number_id}/whatsapp_business_profile`: what customers see of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.cloud_api.fields import parse_fields
from handschlag.wire.company import Profile

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_FIELDS = ("about", "address", "description", "email", "websites", "vertical", "profile_picture_url")


async def read_business_profile(call: Call) -> object:
    """Return the profile; `vertical` always, for clients that insist on it."""
    company = call.phone_number()
    profile = msgspec.json.decode(company.row.profile, type=Profile)
    known: dict[str, Any] = {
        "about": profile.about,
        "address": profile.address,
        "description": profile.description,
        "email": profile.email,
        "websites": profile.websites,
    }
    asked = parse_fields((await call.parameters()).get("fields")) or _FIELDS
    found = {name: known[name] for name in asked if known.get(name)}
    return {"data": [{"messaging_product": "whatsapp", "vertical": profile.vertical, **found}]}
