"""`GET /{waba_id}/message_templates`: the list with filters, paging and the summary that clients insist on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.templates.patterns import PLACEHOLDER
from handschlag.gateway.cloud_api.fields import page, parse_fields, select_fields
from handschlag.wire.template import TemplateDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handschlag.gateway.cloud_api.call import Call
    from handschlag.gateway.storage.templates import TemplateRow

_MOST_TEMPLATES = 6000
_LIST_FIELDS = (
    *("name", "parameter_format", "components", "language", "status", "category", "sub_category"),
    "rejected_reason",
)


def template_node(row: TemplateRow) -> dict[str, Any]:
    """Return every field this gateway knows of a template; component types in upper case, as Graph answers."""
    definition = msgspec.json.decode(row.definition, type=TemplateDefinition)
    node: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "language": row.language,
        "status": row.status,
        "category": row.category.upper(),
        "components": [{**c, "type": str(c.get("type", "")).upper()} for c in definition.components],
        "parameter_format": _parameter_format(definition),
        "quality_score": {"score": "GREEN", "date": int(row.created_at)},
        "rejected_reason": "NONE",
    }
    if row.status == "REJECTED":
        node["rejected_reason"] = row.reason or "INVALID_FORMAT"
    return node


def _parameter_format(definition: TemplateDefinition) -> str:
    names = [name for c in definition.components for name in PLACEHOLDER.findall(str(c.get("text", "")))]
    return "NAMED" if names and not names[0].isdigit() else "POSITIONAL"


async def list_message_templates(call: Call) -> object:
    """Return a page of templates; `summary` counts what the filters match."""
    company = call.business_account()
    parameters = await call.parameters()
    rows = [template.row for template in company.templates.values() if _matches(template.row, parameters)]
    asked = parse_fields(parameters.get("fields"))
    answer = page([select_fields(template_node(row), asked, _LIST_FIELDS) for row in rows], parameters, call.own_url())
    if parameters.get("summary"):
        answer["summary"] = {
            "total_count": len(rows),
            "message_template_count": len(company.templates),
            "message_template_limit": _MOST_TEMPLATES,
            "are_translations_complete": True,
        }
    return answer


def _matches(row: TemplateRow, parameters: Mapping[str, Any]) -> bool:
    name, content = parameters.get("name"), parameters.get("name_or_content") or parameters.get("content")
    return (
        (not name or str(name).lower() in row.name)
        and (not content or str(content).lower() in row.definition.lower())
        and _one_of(row.status, parameters.get("status"))
        and _one_of(row.category, parameters.get("category"))
        and _one_of(row.language, parameters.get("language"))
        and _one_of("GREEN", parameters.get("quality_score"))
    )


def _one_of(value: str, asked: object) -> bool:
    """Whether a value is among those asked for, which are a word or a list of words in any case."""
    if asked in (None, "", []):
        return True
    words = asked if isinstance(asked, list) else str(asked).split(",")
    return value.lower() in {str(word).strip().lower() for word in words}
