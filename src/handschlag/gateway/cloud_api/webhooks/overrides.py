"""Callbacks of one business account or number, which take the place of the app's: proven first, like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.actions.webhooks.set_subscription import remove_override, set_override
from handschlag.gateway.actions.webhooks.verify_callback import verify_callback
from handschlag.gateway.cloud_api.parse_shape import parse_shape
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.webhooks.callback_address import parse_callback_url

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_URL = "override_callback_uri"


class Override(msgspec.Struct):
    """A callback, and what it checks when it is asked for the first time."""

    override_callback_uri: str = ""
    verify_token: str = ""


def webhook_configuration(running: Running, company: Company) -> dict[str, str]:
    """Return where a number's events may go: `phone_number` before `whatsapp_business_account` before `application`."""
    row = company.row
    levels = {"phone_number": row.phone_number_id, "whatsapp_business_account": row.waba_id, "application": ""}
    found = {level: running.publisher.callback_of(row.app_id, target) for level, target in levels.items()}
    return {level: url for level, url in found.items() if url}


async def set_phone_callback(call: Call, company: Company, value: object) -> None:
    """Set a number's callback from `webhook_configuration`; an empty URL removes it."""
    if not isinstance(value, dict) or _URL not in value:
        raise RequestInvalid(f"webhook_configuration: got {shown(value)}, expected an object with '{_URL}'")
    within = "webhook_configuration."
    override = parse_shape(value, Override, within=within)
    await change_override(call, company, company.row.phone_number_id, override, within=within)


async def change_override(call: Call, company: Company, target: str, value: Override, *, within: str = "") -> None:
    """Set or remove the callback of an account or number; `within` is the way to its fields in the request."""
    running, url = call.running, value.override_callback_uri
    if not url:
        await remove_override(running, company.row.app_id, target)
        return
    parsed = str(parse_callback_url(url, private=running.settings.private_callbacks, field=within + _URL))
    token = value.verify_token
    if not token:
        raise RequestInvalid(f"{within}verify_token: got nothing, expected what the endpoint checks")
    await verify_callback(running, parsed, token, field=within + _URL)
    await set_override(running.configuration, company.row.app_id, target, parsed, token)
    await running.refresh()
