"""`DELETE /{waba_id}/message_templates`: a name in all its languages, or one template by `hsm_id`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.actions.templates.delete_templates import delete_templates
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.errors import RequestInvalid, shown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


class DeleteTemplates(msgspec.Struct, kw_only=True):
    """A name, or ids; with both, the ids have to have the name."""

    name: str = ""
    hsm_id: str | int = ""
    hsm_ids: list[str | int] = []


async def delete_message_templates(call: Call) -> object:
    """Remove what is named; naming nothing that exists is an error."""
    company = call.business_account()
    asked = await call.read(DeleteTemplates)
    name, ids = asked.name, {str(id_) for id_ in (asked.hsm_id, *asked.hsm_ids) if id_}
    if not name and not ids:
        raise RequestInvalid("name: got nothing, expected a template's name, or its id in 'hsm_id'")
    rows = [
        template.row
        for template in company.templates.values()
        if (not ids or template.row.id in ids) and (not name or template.row.name == name)
    ]
    if not rows:
        what = f"hsm_id: got {shown(sorted(ids))}" if ids else f"name: got {shown(name)}"
        raise RequestInvalid(f"{what}, expected a template of this account")
    await delete_templates(call.running, company, rows)
    return SUCCESS
