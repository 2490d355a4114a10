"""`/{phone_number_id}/whatsapp_business_profile`: what customers see of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.companies.change_profile import change_profile
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import parse_fields
from handschlag.gateway.cloud_api.numbers.pictures import parse_picture_handle, picture_url
from handschlag.gateway.cloud_api.shapes import Fields, Product
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.wire.company import Profile

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_FIELDS = ("about", "address", "description", "email", "websites", "vertical", "profile_picture_url", "listed")
_Vertical = Literal[
    "UNDEFINED",
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "NOT_A_BIZ",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
    "MATRIMONY_SERVICE",
]
_Website = Annotated[str, Meta(max_length=256, pattern="^https?://", description="an address with https://")]
_SET = ("about", "address", "description", "email", "websites", "vertical", "listed")


class ChangeProfile(msgspec.Struct, kw_only=True):
    """What customers see; what is absent stays."""

    messaging_product: Product = None
    about: Annotated[str, Meta(min_length=1, max_length=139)] | None = None
    address: Annotated[str, Meta(max_length=256)] | None = None
    description: Annotated[str, Meta(max_length=512)] | None = None
    email: Annotated[str, Meta(max_length=128)] | None = None
    websites: Annotated[list[_Website], Meta(max_length=2)] | None = None
    vertical: _Vertical | None = None
    profile_picture_handle: str = ""
    listed: (
        Annotated[bool, Meta(description="whether anybody finds the company in the directory of its relay")] | None
    ) = None


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
        "listed": profile.listed,
    }
    asked = parse_fields((await call.read(Fields)).fields) or _FIELDS
    if "profile_picture_url" in asked:
        known["profile_picture_url"] = await picture_url(call, company)
    found = {name: known[name] for name in asked if known.get(name)}
    return {"data": [{"messaging_product": "whatsapp", "vertical": profile.vertical, **found}]}


async def change_business_profile(call: Call) -> object:
    """Change the fields that are given; the rest stays. An empty text takes a field away, except `about`."""
    company = call.phone_number()
    asked = await call.read(ChangeProfile)
    changes: dict[str, Any] = {name: value for name in _SET if (value := getattr(asked, name)) is not None}
    if asked.email and "@" not in asked.email:
        raise RequestInvalid(f"email: got {shown(asked.email)}, expected an address like info@example.org")
    picture = await parse_picture_handle(call, asked.profile_picture_handle)
    if changes or picture is not None:
        await change_profile(call.running, company, changes, picture)
    return SUCCESS
