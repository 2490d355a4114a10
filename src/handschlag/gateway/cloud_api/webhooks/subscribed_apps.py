"""`/{waba_id}/subscribed_apps`: a company's own app is subscribed from the start, since forgetting it is the commonest mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.webhooks.overrides import Override, change_override

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


async def read_subscribed_apps(call: Call) -> object:
    """Return the app of the business account, and where the account's events go if it has a callback of its own."""
    company = call.business_account()
    row = company.row
    app = {"id": row.app_id, "name": row.name, "link": f"{call.base_url}/{row.app_id}"}
    node: dict[str, Any] = {"whatsapp_business_api_data": app}
    if url := call.running.publisher.callback_of(row.app_id, row.waba_id):
        node["override_callback_uri"] = url
    return {"data": [node]}


async def subscribe_app(call: Call) -> object:
    """Set the account's own callback, or, without one, let its events go to the app's endpoints."""
    company = call.business_account()
    await change_override(call, company, company.row.waba_id, await call.read(Override))
    return SUCCESS


async def unsubscribe_app(call: Call) -> object:
    """Remove the account's own callback; the app itself hears of its account always."""
    company = call.business_account()
    await call.parameters()
    await change_override(call, company, company.row.waba_id, Override())
    return SUCCESS
