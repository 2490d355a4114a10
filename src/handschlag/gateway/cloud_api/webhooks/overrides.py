"""Callbacks of one business account or number, which take the place of the app's: proven first, like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.actions.webhooks.set_subscription import remove_override, set_override
from handschlag.gateway.actions.webhooks.verify_callback import verify_callback
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.webhooks.callback_address import parse_callback_url

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_URL = "override_callback_uri"


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
    await change_override(call, company, company.row.phone_number_id, value, within="webhook_configuration.")


async def change_override(
    call: Call, company: Company, target: str, value: dict[str, Any], *, within: str = ""
) -> None:
    """Set or remove the callback of an account or number; `within` is the way to its fields in the request."""
    running, url = call.running, value.get(_URL)
    if url is None or url == "":
        await remove_override(running, company.row.app_id, target)
        return
    parsed = str(parse_callback_url(url, private=running.settings.private_callbacks, field=within + _URL))
    token = value.get("verify_token")
    if not isinstance(token, str) or not token:
        raise RequestInvalid(f"{within}verify_token: got {shown(token)}, expected what the endpoint checks")
    await verify_callback(running, parsed, token, field=within + _URL)
    await set_override(running.configuration, company.row.app_id, target, parsed, token)
    await running.refresh()
