"""`POST /{waba_id}/message_templates`: a template in the company's own words, or one of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.content.errors import ContentError
from handschlag.gateway.actions.templates.add_template import TemplateDraft
from handschlag.gateway.actions.templates.create_template import create_template
from handschlag.gateway.cloud_api.parameters import flag_of, list_of, required_text_of, text_of
from handschlag.gateway.cloud_api.templates.definition_errors import definition_error
from handschlag.gateway.errors import RequestInvalid, shown
from handschlag.gateway.rules.templates.library import fill_library_template, find_library_template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handschlag.gateway.cloud_api.call import Call

_NAME_CHARACTERS = 512
_WORD_CHARACTERS = 40


async def create_message_template(call: Call) -> object:
    """Store a template; the relay's word on it comes as a webhook."""
    company = call.business_account()
    parameters = await call.parameters()
    try:
        row = await create_template(call.running, company, parse_draft(parameters))
    except ContentError as error:
        raise definition_error(error) from None
    return {"id": row.id, "status": row.status, "category": row.category.upper()}


def parse_draft(parameters: Mapping[str, Any]) -> TemplateDraft:
    """Return what a creation call asks for."""
    # A category never changes here, so there is nothing that this could allow; what it is has to be right all the same.
    flag_of(parameters, "allow_category_change")
    library_name = text_of(parameters, "library_template_name", most=_NAME_CHARACTERS) or ""
    language = required_text_of(parameters, "language", most=_WORD_CHARACTERS)
    if library_name:
        template = find_library_template(library_name, language)
        buttons = list_of(parameters, "library_template_button_inputs") or []
        components, category = fill_library_template(template, buttons), template.category
    else:
        components = components_of(parameters)
        category = required_text_of(parameters, "category", most=_WORD_CHARACTERS)
    return TemplateDraft(
        name=required_text_of(parameters, "name", most=_NAME_CHARACTERS),
        language=language,
        category=category,
        components=components,
        parameter_format=text_of(parameters, "parameter_format", most=_WORD_CHARACTERS) or "",
        message_send_ttl_seconds=ttl_of(parameters),
        library_template_name=library_name,
    )


def components_of(parameters: Mapping[str, Any]) -> list[dict[str, object]]:
    """Return the components of a template, which are objects in a list."""
    components = parameters.get("components")
    if not isinstance(components, list) or not all(isinstance(one, dict) for one in components):
        raise RequestInvalid(f"components: got {shown(components)}, expected an array of objects")
    return components


def ttl_of(parameters: Mapping[str, Any]) -> int | None:
    """Return for how long messages of a template may wait, or None if it is not given."""
    value = parameters.get("message_send_ttl_seconds")
    if value is None or value == "":
        return None
    try:
        return msgspec.convert(value, int, strict=False)
    except msgspec.ValidationError:
        raise RequestInvalid(
            f"message_send_ttl_seconds: got {shown(value)}, expected a whole number of seconds"
        ) from None
