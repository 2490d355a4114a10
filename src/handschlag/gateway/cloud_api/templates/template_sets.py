"""What is done with many templates at once: codes in many languages, previews of them, and what is not offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from handschlag.content.errors import ContentError
from handschlag.gateway.actions.templates.create_template import create_template
from handschlag.gateway.actions.templates.edit_template import TemplateChange, edit_template
from handschlag.gateway.cloud_api.parse_shape import parse_shape
from handschlag.gateway.cloud_api.templates.create_template import (
    Components,
    CreateTemplate,
    WaitSeconds,
    Word,
    make_draft,
    required_components,
)
from handschlag.gateway.cloud_api.templates.definition_errors import definition_error
from handschlag.gateway.errors import NotOffered, RequestInvalid
from handschlag.gateway.rules.templates.authentication import (
    CODE_WORDS,
    FEWEST_MINUTES,
    MOST_MINUTES,
    code_body,
    code_words,
)
from handschlag.gateway.rules.templates.spelling import spell_language

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

_MOST_LANGUAGES = 30
_Languages = Annotated[list[str], Meta(description="a list of codes like en_US")]
_Category = Literal["AUTHENTICATION"]


class UpsertTemplates(msgspec.Struct, kw_only=True):
    """A code's template in several languages."""

    name: Annotated[str, Meta(max_length=512)]
    category: _Category
    languages: _Languages = []
    language: _Languages = []
    components: Components | None = None
    parameter_format: Word = ""
    message_send_ttl_seconds: WaitSeconds | None = None


class PreviewTemplates(msgspec.Struct, kw_only=True):
    """Which texts."""

    category: _Category
    languages: _Languages = []
    language: _Languages = []
    add_security_recommendation: bool = False
    code_expiration_minutes: Annotated[int, Meta(ge=FEWEST_MINUTES, le=MOST_MINUTES)] | None = None


async def upsert_message_templates(call: Call) -> object:
    """Create or replace the templates of a code in several languages."""
    company = call.business_account()
    asked, parameters = await call.read(UpsertTemplates), await call.parameters()
    done: list[dict[str, str]] = []
    try:
        for language in _languages(asked.languages or asked.language):
            draft = make_draft(parse_shape({**parameters, "language": language}, CreateTemplate))
            known = company.templates.get((draft.name, spell_language(language)))
            if known is None:
                row = await create_template(call.running, company, draft)
            else:
                row = known.row
                change = TemplateChange(
                    components=required_components(asked.components),
                    message_send_ttl_seconds=asked.message_send_ttl_seconds,
                )
                await edit_template(call.running, company, row, change)
                row = company.templates[(row.name, row.language)].row
            done.append(
                {"id": row.id, "status": row.status, "language": row.language, "category": row.category.upper()}
            )
    except ContentError as error:
        raise definition_error(error) from None
    return {"data": done}


async def preview_message_templates(call: Call) -> object:
    """Show the fixed texts of codes, by language."""
    call.business_account()
    asked = await call.read(PreviewTemplates)
    languages = asked.languages or asked.language
    listed = _languages(languages) if languages else list(CODE_WORDS)
    minutes, security = asked.code_expiration_minutes or 0, asked.add_security_recommendation
    return {"data": [_preview(language, minutes, security=security) for language in listed]}


def _preview(language: str, minutes: int, *, security: bool) -> dict[str, Any]:
    words = code_words(language)
    if words is None:
        raise RequestInvalid(f"languages: got {language}, expected some of {', '.join(CODE_WORDS)}")
    shown_text: dict[str, Any] = {"body": code_body(words, security=security)}
    if minutes:
        shown_text["footer"] = words.footer.format(minutes=minutes)
    shown_text["buttons"] = [{"type": "OTP", "text": words.button, "autofill_text": words.autofill}]
    return {**shown_text, "language": language}


def _languages(listed: list[str]) -> list[str]:
    if not 1 <= len(listed) <= _MOST_LANGUAGES:
        raise RequestInvalid(f"languages: got {len(listed)}, expected 1 to {_MOST_LANGUAGES} codes like en_US")
    try:
        return list(dict.fromkeys(spell_language(one) for one in listed))
    except ContentError as error:
        raise definition_error(error) from None


async def archive_templates(call: Call) -> object:
    """Refuse: nothing is archived by itself here, so there is nothing to bring back either."""
    call.business_account()
    raise NotOffered(f"{call.path.item[:20] or 'archive'}: archiving is not offered; what is not needed can be deleted")


async def migrate_templates(call: Call) -> object:
    """Refuse: an approval names one company."""
    call.business_account()
    raise NotOffered(
        "migrate_message_templates: not offered: an approval names one company; create the templates again there"
    )
