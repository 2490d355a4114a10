"""`POST /{waba_id}/message_templates`: a template in the company's own words, or one of the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from handschlag.content.errors import ContentError
from handschlag.gateway.actions.templates.add_template import TemplateDraft
from handschlag.gateway.actions.templates.create_template import create_template
from handschlag.gateway.cloud_api.templates.definition_errors import definition_error
from handschlag.gateway.errors import ParameterMissing, RequestInvalid, shown
from handschlag.gateway.rules.templates.library import fill_library_template, find_library_template

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

Word = Annotated[str, Meta(max_length=40)]
Components = Annotated[list[dict[str, Any]], Meta(description="an array of objects")]
WaitSeconds = Annotated[int, Meta(description="a whole number of seconds")]
_Name = Annotated[str, Meta(max_length=512)]


class CreateTemplate(msgspec.Struct, kw_only=True):
    """A template in the company's own words, or one of the library."""

    name: _Name
    language: Word
    category: Word = ""
    components: Components | None = None
    parameter_format: Word = ""
    message_send_ttl_seconds: WaitSeconds | None = None
    library_template_name: _Name = ""
    library_template_button_inputs: list[Any] = []
    # A category never changes here, so there is nothing that this could allow; what it is has to be right all the same.
    allow_category_change: bool | None = None


async def create_message_template(call: Call) -> object:
    """Store a template; the relay's word on it comes as a webhook."""
    company = call.business_account()
    asked = await call.read(CreateTemplate)
    try:
        row = await create_template(call.running, company, make_draft(asked))
    except ContentError as error:
        raise definition_error(error) from None
    return {"id": row.id, "status": row.status, "category": row.category.upper()}


def make_draft(asked: CreateTemplate) -> TemplateDraft:
    """Return what a creation call asks for."""
    if asked.library_template_name:
        template = find_library_template(asked.library_template_name, asked.language)
        components = fill_library_template(template, asked.library_template_button_inputs)
        category = template.category
    else:
        components, category = required_components(asked.components), asked.category
        if not category:
            raise ParameterMissing("category: got nothing, expected a text of at most 40 characters")
    return TemplateDraft(
        name=asked.name,
        language=asked.language,
        category=category,
        components=components,
        parameter_format=asked.parameter_format,
        message_send_ttl_seconds=asked.message_send_ttl_seconds,
        library_template_name=asked.library_template_name,
    )


def required_components(components: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Return the components of a template that needs some."""
    if components is None:
        raise RequestInvalid(f"components: got {shown(components)}, expected an array of objects")
    return components
