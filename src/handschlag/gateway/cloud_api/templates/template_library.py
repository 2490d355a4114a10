"""`GET /message_template_library`: ready-made templates, looked for by words, topic, use and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.cloud_api.fields import page
from handschlag.gateway.cloud_api.shapes import Names, Page
from handschlag.gateway.rules.templates.library import LIBRARY, LibraryTemplate, library_id

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call


class ListLibrary(Page, kw_only=True):
    """Which ready-made templates; every filter given has to match."""

    search: str = ""
    name_or_content: str = ""
    name: Names = ()
    topic: Names = ()
    usecase: Names = ()
    industry: Names = ()
    category: Names = ()
    language: Names = ()


async def list_library(call: Call) -> object:
    """Return a page of the templates that match every filter."""
    asked = await call.read(ListLibrary)
    rows = [_entry(template) for template in LIBRARY if _matches(template, asked)]
    return page(rows, await call.parameters(), call.own_url())


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


def _matches(template: LibraryTemplate, asked: ListLibrary) -> bool:
    words = (asked.search or asked.name_or_content).lower()
    text = f"{template.name} {template.header} {template.body}".lower()
    return (
        words in text
        and _one_of([template.name], asked.name)
        and _one_of([template.topic], asked.topic)
        and _one_of([template.use], asked.usecase)
        and _one_of(template.industries, asked.industry)
        and _one_of([template.category], asked.category)
        and _has_language(template, asked.language)
    )


def _one_of(values: list[str] | tuple[str, ...], asked: Names) -> bool:
    words = {word.upper().replace("-", "_") for word in asked}
    return not words or not words.isdisjoint(value.upper() for value in values)


def _has_language(template: LibraryTemplate, asked: Names) -> bool:
    """Whether a template speaks one of the languages asked for, or that which one of them is a variant of."""
    languages = [word.replace("-", "_").partition("_")[0].lower() for word in asked]
    return not languages or template.language.partition("_")[0] in languages
