"""`/{phone_number_id}/settings`: the identity check, and the honest state of what is not offered here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import parse_field_tree
from handschlag.gateway.cloud_api.shapes import Fields
from handschlag.gateway.errors import NotOffered, ParameterMissing, shown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_OFF = frozenset({"DISABLED", "DEFAULT"})
_NOT_OFFERED = {
    "calling": "calls are not offered",
    "storage_configuration": "messages are kept on this gateway's own disk, and nowhere else",
    "payload_encryption": "messages are end-to-end encrypted always; the gateway that opens them is the company's own",
}


class IdentityChange(msgspec.Struct):
    """Whether sending asks for a customer's identity: by the documented name, or by that of the Cloud API's own example."""

    enable_identity_key_check: bool | None = None
    enabled: bool | None = None


class ChangeSettings(msgspec.Struct):
    """The settings of a number; all but one are as they are."""

    user_identity_change: IdentityChange | None = None
    calling: dict[str, Any] | None = None
    storage_configuration: dict[str, Any] | None = None
    payload_encryption: dict[str, Any] | None = None


async def read_settings(call: Call) -> object:
    """Return the settings in force."""
    company = call.phone_number()
    asked = {field.name for field in parse_field_tree((await call.read(Fields)).fields)}
    settings = {
        "calling": {"status": "DISABLED"},
        "storage_configuration": {
            "status": "IN_COUNTRY_STORAGE_ENABLED" if company.number.data_region else "DEFAULT",
            **({"data_localization_region": company.number.data_region} if company.number.data_region else {}),
        },
        "payload_encryption": {"status": "DISABLED"},
        "user_identity_change": {"enable_identity_key_check": company.number.identity_check},
    }
    wanted = {name: value for name, value in settings.items() if not asked or name in asked}
    return {**wanted, "id": company.row.phone_number_id}


async def change_settings(call: Call) -> object:
    """Switch the identity check; what is not offered may stay off, and says why it does not go on."""
    company = call.phone_number()
    given = await call.read(ChangeSettings)
    stays = False
    for name, why in _NOT_OFFERED.items():
        asked = getattr(given, name)
        if asked is None:
            continue
        if set(asked) != {"status"} or str(asked["status"]).upper() not in _OFF:
            raise NotOffered(f"{name}: got {shown(asked)}, but this setting stays as it is: {why}")
        stays = True
    change = given.user_identity_change or IdentityChange()
    enabled = change.enable_identity_key_check if change.enabled is None else change.enabled
    if enabled is None and not stays:
        raise ParameterMissing(
            "user_identity_change.enable_identity_key_check: got nothing, expected true or false; it is the only setting"
        )
    if enabled is not None:
        await change_number(call.running, company, identity_check=enabled)
    return SUCCESS
