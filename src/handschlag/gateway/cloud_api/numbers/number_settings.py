"""`/{phone_number_id}/settings`: the identity check, and the honest state of what is not offered here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.fields import parse_field_tree
from handschlag.gateway.cloud_api.parameters import flag_of, object_of
from handschlag.gateway.errors import NotOffered, ParameterMissing

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_NOT_OFFERED = {
    "calling": "calls are not offered",
    "storage_configuration": "messages are kept on this gateway's own disk, and nowhere else",
    "payload_encryption": "messages are end-to-end encrypted always; the gateway that opens them is the company's own",
}


async def read_settings(call: Call) -> object:
    """Return the settings in force."""
    company = call.phone_number()
    asked = {field.name for field in parse_field_tree((await call.parameters()).get("fields"))}
    settings = {
        "calling": {"status": "DISABLED"},
        "storage_configuration": {
            "status": "IN_COUNTRY_STORAGE_ENABLED" if company.number.data_region else "DEFAULT",
            **({"data_localization_region": company.number.data_region} if company.number.data_region else {}),
        },
        "payload_encryption": {"status": "DISABLED"},
        "user_identity_change": {"enable_identity_key_check": company.number.identity_check},
    }
    shown = {name: value for name, value in settings.items() if not asked or name in asked}
    return {**shown, "id": company.row.phone_number_id}


async def change_settings(call: Call) -> object:
    """Switch the identity check; what is not offered says why."""
    company = call.phone_number()
    parameters = await call.parameters()
    for name, why in _NOT_OFFERED.items():
        if parameters.get(name) is not None:
            raise NotOffered(f"{name}: got a value, but this setting cannot be changed: {why}")
    change = object_of(parameters, "user_identity_change")
    enabled = None if change is None else flag_of(change, "enable_identity_key_check")
    if enabled is None:
        raise ParameterMissing(
            "user_identity_change.enable_identity_key_check: got nothing, expected true or false; it is the only setting"
        )
    await change_number(call.running, company, identity_check=enabled)
    return SUCCESS
