"""`/{template_id}`: a template as a node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.cloud_api.templates.list_templates import template_node

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company, ReadyTemplate

DEFAULT_FIELDS = ("name", "parameter_format", "components", "language", "status", "category")


async def find_template_node(call: Call, id_: str) -> tuple[Company, ReadyTemplate] | None:
    """Return the template with this id and its company."""
    for company in call.running.companies_of_app(call.caller.app_id):
        for template in company.templates.values():
            if template.row.id == id_:
                return company, template
    return None


async def read_template_node(_call: Call, found: tuple[Company, ReadyTemplate]) -> dict[str, Any]:
    """Return every field of a template."""
    return template_node(found[1].row)
