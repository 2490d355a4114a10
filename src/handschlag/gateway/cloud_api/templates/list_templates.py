"""`GET /{waba_id}/message_templates`: the list with filters, paging and the summary that clients insist on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.templates.publish_status import rejected_reason
from handschlag.gateway.cloud_api.fields import page, parse_fields, select_fields
from handschlag.gateway.cloud_api.shapes import FieldsPage, Names
from handschlag.wire.template import TemplateDefinition

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.storage.templates import TemplateRow

_LIST_FIELDS = (
    *("name", "parameter_format", "components", "language", "status", "category", "sub_category"),
    *("rejected_reason", "message_send_ttl_seconds", "library_template_name"),
)


class ListTemplates(FieldsPage, kw_only=True):
    """Which templates: by a part of the name or text, by words in any case."""

    name: str = ""
    content: str = ""
    name_or_content: str = ""
    status: Names = ()
    category: Names = ()
    language: Names = ()
    quality_score: Names = ()
    summary: Any = None


def template_node(row: TemplateRow) -> dict[str, Any]:
    """Return every field this gateway knows of a template; component types in upper case, as Graph answers."""
    definition = msgspec.json.decode(row.definition, type=TemplateDefinition)
    available = row.status == "APPROVED"
    node: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "language": row.language,
        "status": row.status,
        "category": row.category.upper(),
        "sub_category": "CUSTOM",
        "components": [_component(component) for component in definition.components],
        "parameter_format": row.parameter_format,
        "quality_score": {"score": "GREEN", "date": int(row.created_at)},
        "rejected_reason": rejected_reason(row.reason) if row.status == "REJECTED" else "NONE",
        "cta_url_link_tracking_opted_out": True,
        "health_status": {
            "can_send_message": "AVAILABLE" if available else "BLOCKED",
            "entities": [_health(row, available=available)],
        },
    }
    if row.ttl is not None:
        node["message_send_ttl_seconds"] = row.ttl
    if row.library_name:
        node["library_template_name"] = row.library_name
    return node


def _component(component: dict[str, object]) -> dict[str, object]:
    """Return a component as it was created; clients look for an example of a header's file, also where none was given."""
    shown = {**component, "type": str(component.get("type", "")).upper()}
    if shown["type"] == "HEADER" and shown.get("format") in {"IMAGE", "VIDEO", "DOCUMENT"} and "example" not in shown:
        shown["example"] = {"header_handle": [""]}
    cards = shown.get("cards")
    if isinstance(cards, list):
        shown["cards"] = [{**card, "components": [_component(one) for one in card["components"]]} for card in cards]
    return shown


def _health(row: TemplateRow, *, available: bool) -> dict[str, Any]:
    health: dict[str, Any] = {
        "entity_type": "MESSAGE_TEMPLATE",
        "id": row.id,
        "can_send_message": "AVAILABLE" if available else "BLOCKED",
    }
    if not available:
        health["errors"] = [
            {
                "error_code": 141002,
                "error_description": f"The template is {row.status}.",
                "possible_solution": row.reason or "Wait for its approval, or edit it.",
            }
        ]
    return health


async def list_message_templates(call: Call) -> object:
    """Return a page of templates; `summary` counts what the filters match."""
    company = call.business_account()
    asked, parameters = await call.read(ListTemplates), await call.parameters()
    rows = [template.row for template in company.templates.values() if _matches(template.row, asked)]
    names = parse_fields(asked.fields)
    answer = page([{"row": row} for row in rows], parameters, call.own_url())
    answer["data"] = [select_fields(template_node(one["row"]), names, _LIST_FIELDS) for one in answer["data"]]
    if asked.summary:
        answer["summary"] = {
            "total_count": len(rows),
            "message_template_count": len(company.templates),
            "message_template_limit": call.running.settings.templates_per_account,
            "are_translations_complete": True,
        }
    return answer


def _matches(row: TemplateRow, asked: ListTemplates) -> bool:
    content = asked.name_or_content or asked.content
    return (
        asked.name.lower() in row.name
        and content.lower() in row.definition.lower()
        and _one_of(row.status, asked.status)
        and _one_of(row.category, asked.category)
        and _one_of(row.language, asked.language)
        and _one_of("GREEN", asked.quality_score)
    )


def _one_of(value: str, asked: Names) -> bool:
    """Whether a value is among those asked for, in any case."""
    return not asked or value.lower() in {word.strip().lower() for word in asked}
