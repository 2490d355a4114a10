"""`/{waba_id}/subscribed_apps`: a company's own app is subscribed from the start, since forgetting it is the commonest mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.cloud_api.messages.post_message import SUCCESS
from handschlag.gateway.errors import RequestInvalid

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


async def read_subscribed_apps(call: Call) -> object:
    """Return the app of the business account."""
    company = call.business_account()
    app = {"id": company.row.app_id, "name": company.row.name, "link": f"{call.base_url}/{company.row.app_id}"}
    return {"data": [{"whatsapp_business_api_data": app}]}


async def change_subscribed_apps(call: Call) -> object:
    """Say yes: there is nothing to change, since the app hears of its own account always."""
    call.business_account()
    if (await call.parameters()).get("override_callback_uri"):
        raise RequestInvalid(
            "override_callback_uri: got a URL; callbacks per business account are not offered, set the app's subscription"
        )
    return SUCCESS
