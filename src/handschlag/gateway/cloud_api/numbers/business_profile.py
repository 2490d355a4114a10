"""`/{phone_number_id}/whatsapp_business_profile`: what customers see of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.companies.change_profile import change_profile
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import parse_fields
from handschlag.gateway.cloud_api.numbers.pictures import parse_picture_handle, picture_url
from handschlag.gateway.cloud_api.parameters import check_product, list_of, text_of, word_of
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.wire.company import Profile

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_FIELDS = ("about", "address", "description", "email", "websites", "vertical", "profile_picture_url")
_ABOUT_LEAST = 1
# Characters at most.
_TEXTS = {"about": 139, "address": 256, "description": 512, "email": 128}
_MOST_WEBSITES, _WEBSITE_CHARACTERS = 2, 256
VERTICALS = (
    *(
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
    ),
    *("HOTEL", "HEALTH", "NONPROFIT", "PROF_SERVICES", "RETAIL", "TRAVEL", "RESTAURANT", "NOT_A_BIZ", "ALCOHOL"),
    *("ONLINE_GAMBLING", "PHYSICAL_GAMBLING", "OTC_DRUGS", "MATRIMONY_SERVICE"),
)


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
    if "profile_picture_url" in asked:
        known["profile_picture_url"] = await picture_url(call, company)
    found = {name: known[name] for name in asked if known.get(name)}
    return {"data": [{"messaging_product": "whatsapp", "vertical": profile.vertical, **found}]}


async def change_business_profile(call: Call) -> object:
    """Change the fields that are given; the rest stays. An empty text takes a field away, except `about`."""
    company = call.phone_number()
    parameters = await call.parameters()
    check_product(parameters)
    changes: dict[str, Any] = {}
    for name, most in _TEXTS.items():
        text = text_of(parameters, name, most=most, least=_ABOUT_LEAST if name == "about" else 0)
        if text is not None:
            changes[name] = text
    if changes.get("email") and "@" not in changes["email"]:
        raise RequestInvalid(f"email: got {shown(changes['email'])}, expected an address like info@example.org")
    if (websites := list_of(parameters, "websites")) is not None:
        changes["websites"] = _websites(websites)
    if (vertical := word_of(parameters, "vertical", VERTICALS)) is not None:
        changes["vertical"] = vertical
    picture = await parse_picture_handle(call, parameters)
    if changes or picture is not None:
        await change_profile(call.running, company, changes, picture)
    return SUCCESS


def _websites(websites: list[Any]) -> list[str]:
    if len(websites) > _MOST_WEBSITES:
        raise RequestInvalid(f"websites: got {len(websites)}, at most {_MOST_WEBSITES}")
    for number, website in enumerate(websites):
        if not isinstance(website, str) or not website.startswith(("http://", "https://")):
            raise RequestInvalid(f"websites[{number}]: got {shown(website)}, expected an address with https://")
        if len(website) > _WEBSITE_CHARACTERS:
            raise RequestInvalid(f"websites[{number}]: got {len(website)} characters, at most {_WEBSITE_CHARACTERS}")
    return websites
