"""`/{app_id}`: the app a token belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


async def find_app(call: Call, id_: str) -> str | None:
    """Return the app, if it is the caller's own."""
    return id_ if id_ == call.caller.app_id else None


async def read_app(call: Call, app_id: str) -> dict[str, Any]:
    """Return every field of an app."""
    companies = call.running.companies_of_app(app_id)
    name = companies[0].row.name if companies else app_id
    return {"id": app_id, "name": name, "link": f"{call.base_url}/{app_id}", "namespace": "", "category": "Business"}
