"""`GET /message_template_library`: ready-made templates, looked for by words, topic, use and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.cloud_api.fields import page
from handschlag.gateway.cloud_api.parameters import list_of
from handschlag.gateway.rules.templates.library import LIBRARY, LibraryTemplate, library_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handschlag.gateway.cloud_api.call import Call


async def list_library(call: Call) -> object:
    """Return a page of the templates that match every filter."""
    parameters = await call.parameters()
    rows = [_entry(template) for template in LIBRARY if _matches(template, parameters)]
    return page(rows, parameters, call.own_url())


def _entry(template: LibraryTemplate) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": library_id(template),
        "name": template.name,
        "language": template.language,
        "category": template.category,
        "topic": template.topic,
        "usecase": template.use,
        "industry": list(template.industries),
        "body": template.body,
        "body_params": list(template.examples),
        "body_param_types": ["TEXT"] * len(template.examples),
    }
    if template.header:
        entry["header"] = template.header
    if template.buttons:
        entry["buttons"] = [dict(button) for button in template.buttons]
    return entry


def _matches(template: LibraryTemplate, parameters: Mapping[str, Any]) -> bool:
    words = str(parameters.get("search") or parameters.get("name_or_content") or "").lower()
    text = f"{template.name} {template.header} {template.body}".lower()
    return (
        words in text
        and _one_of([template.name], parameters, "name")
        and _one_of([template.topic], parameters, "topic")
        and _one_of([template.use], parameters, "usecase")
        and _one_of(template.industries, parameters, "industry")
        and _one_of([template.category], parameters, "category")
        and _has_language(template, parameters)
    )


def _one_of(values: list[str] | tuple[str, ...], parameters: Mapping[str, Any], name: str) -> bool:
    asked = {str(word).upper().replace("-", "_") for word in list_of(parameters, name) or []}
    return not asked or not asked.isdisjoint(value.upper() for value in values)


def _has_language(template: LibraryTemplate, parameters: Mapping[str, Any]) -> bool:
    """Whether a template speaks one of the languages asked for, or that which one of them is a variant of."""
    asked = [str(word).replace("-", "_").partition("_")[0].lower() for word in list_of(parameters, "language") or []]
    return not asked or template.language.partition("_")[0] in asked
