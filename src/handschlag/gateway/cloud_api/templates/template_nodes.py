"""`/{template_id}`: a template as a node, and what hangs below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.errors import ContentError
from handschlag.gateway.actions.templates.delete_templates import delete_templates
from handschlag.gateway.actions.templates.edit_template import TemplateChange, edit_template
from handschlag.gateway.cloud_api.answers import SUCCESS
from handschlag.gateway.cloud_api.call import node_unknown
from handschlag.gateway.cloud_api.templates.create_template import Components, WaitSeconds, Word
from handschlag.gateway.cloud_api.templates.definition_errors import definition_error
from handschlag.gateway.cloud_api.templates.list_templates import template_node
from handschlag.gateway.errors import NotOffered, RequestInvalid

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company, ReadyTemplate

DEFAULT_FIELDS = ("name", "parameter_format", "components", "language", "status", "category")
_CHANGEABLE = ("components", "category", "parameter_format", "message_send_ttl_seconds")


class UpdateTemplate(msgspec.Struct):
    """What becomes another; what is absent stays."""

    components: Components | None = None
    category: Word | None = None
    parameter_format: Word | None = None
    message_send_ttl_seconds: WaitSeconds | None = None


Found = tuple["Company", "ReadyTemplate"]


async def find_template_node(call: Call, id_: str) -> Found | None:
    """Return the template with this id and its company."""
    for company in call.running.companies_of_app(call.caller.app_id):
        for template in company.templates.values():
            if template.row.id == id_:
                return company, template
    return None


async def read_template_node(_call: Call, found: Found) -> dict[str, Any]:
    """Return every field of a template."""
    return template_node(found[1].row)


async def update_template_node(call: Call, found: Found) -> object:
    """Replace what the request names: a new version, to be approved again."""
    company, template = found
    asked = await call.read(UpdateTemplate)
    if all(getattr(asked, name) is None for name in _CHANGEABLE):
        raise RequestInvalid(f"body: got nothing to change, expected {', '.join(_CHANGEABLE)}")
    change = TemplateChange(
        components=asked.components,
        category=asked.category,
        parameter_format=asked.parameter_format,
        message_send_ttl_seconds=asked.message_send_ttl_seconds,
    )
    try:
        await edit_template(call.running, company, template.row, change)
    except ContentError as error:
        raise definition_error(error) from None
    return {
        "success": True,
        "id": template.row.id,
        "name": template.row.name,
        "category": template.row.category.upper(),
    }


async def delete_template_node(call: Call, found: Found) -> object:
    """Remove one template."""
    await delete_templates(call.running, found[0], [found[1].row])
    return SUCCESS


async def unpause_template(call: Call) -> object:
    """Answer whether a template is sent again: only the relay's operator pauses, and only he lets it go on."""
    found = await _below(call)
    row = found[1].row
    if row.status == "PAUSED":
        await found[0].renew_approvals()
        row = (await _below(call))[1].row
    if row.status == "APPROVED":
        return SUCCESS
    reason = row.reason or "the relay's operator paused it and alone lets it be sent again"
    return {"success": False, "reason": reason if row.status == "PAUSED" else f"the template is {row.status}"}


async def compare_templates(call: Call) -> object:
    """Refuse: what would be compared, blocks and their reasons, no company is told here."""
    await _below(call)
    raise NotOffered(
        "compare: block rates are not offered: which customers block a company is told to nobody; "
        "'template_analytics' counts what was sent, delivered and read"
    )


async def _below(call: Call) -> Found:
    found = await find_template_node(call, call.path.node)
    if found is None:
        raise node_unknown(call.request.method, call.path.node)
    return found
