"""`GET /{id}`: numbers, business accounts, templates and apps by their id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.cloud_api.call import node_unknown
from handschlag.gateway.cloud_api.fields import parse_fields, select_fields
from handschlag.gateway.cloud_api.numbers.phone_numbers import DEFAULT_FIELDS, phone_number_node
from handschlag.gateway.cloud_api.templates.list_templates import template_node
from handschlag.gateway.errors import NodeUnknown

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.company import Company

_ACCOUNT_FIELDS = ("name", "timezone_id", "message_template_namespace")
_TEMPLATE_FIELDS = ("name", "parameter_format", "components", "language", "status", "category")


async def read_root(call: Call) -> object:
    """Answer `/`, which is how some programs try a token: a valid one gets an error of another type than an invalid one."""
    raise NodeUnknown(
        "path: got '/', expected a node's id",
        title=f"Unsupported {call.request.method.lower()} request. Please read the documentation",
    )


async def read_node(call: Call) -> object:
    """Return the fields asked for of whatever has this id."""
    asked = parse_fields((await call.parameters()).get("fields"))
    node = call.path.node
    for company in call.running.companies_of_app(call.caller.app_id):
        if node == company.row.phone_number_id:
            return select_fields(phone_number_node(call, company), asked, DEFAULT_FIELDS)
        if node == company.row.waba_id:
            return select_fields(_account_node(company), asked, _ACCOUNT_FIELDS)
        if node == company.row.app_id:
            return select_fields({"id": node, "name": company.row.name}, asked, ("name",))
        for template in company.templates.values():
            if node == template.row.id:
                return select_fields(template_node(template.row), asked, _TEMPLATE_FIELDS)
    raise node_unknown("GET", node)


def _account_node(company: Company) -> dict[str, Any]:
    return {
        "id": company.row.waba_id,
        "name": company.row.name,
        "timezone_id": "1",
        "currency": "EUR",
        "message_template_namespace": company.row.waba_id,
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "is_enabled_for_insights": False,
        "health_status": {
            "can_send_message": "AVAILABLE",
            "entities": [{"entity_type": "WABA", "id": company.row.waba_id, "can_send_message": "AVAILABLE"}],
        },
    }
