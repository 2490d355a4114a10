"""What is done with many templates at once: codes in many languages, previews of them, and what is not offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.content.errors import ContentError
from handschlag.gateway.actions.templates.create_template import create_template
from handschlag.gateway.actions.templates.edit_template import TemplateChange, edit_template
from handschlag.gateway.cloud_api.parameters import flag_of, list_of, required_text_of, text_of
from handschlag.gateway.cloud_api.templates.create_template import components_of, parse_draft
from handschlag.gateway.cloud_api.templates.definition_errors import definition_error
from handschlag.gateway.errors import NotOffered, RequestInvalid, shown
from handschlag.gateway.rules.templates.authentication import (
    CODE_WORDS,
    FEWEST_MINUTES,
    MOST_MINUTES,
    code_body,
    code_words,
)
from handschlag.gateway.rules.templates.spelling import spell_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handschlag.gateway.cloud_api.call import Call

_MOST_LANGUAGES = 30
_WORD_CHARACTERS = 40


async def upsert_message_templates(call: Call) -> object:
    """Create or replace the templates of a code in several languages."""
    company = call.business_account()
    parameters = await call.parameters()
    category = required_text_of(parameters, "category", most=_WORD_CHARACTERS)
    if category.upper() != "AUTHENTICATION":
        raise RequestInvalid(f"category: got {shown(category)}, expected AUTHENTICATION")
    done: list[dict[str, str]] = []
    try:
        for language in _languages(parameters):
            draft = parse_draft({**parameters, "language": language})
            known = company.templates.get((draft.name, spell_language(language)))
            if known is None:
                row = await create_template(call.running, company, draft)
            else:
                row = known.row
                change = TemplateChange(
                    components=components_of(parameters), message_send_ttl_seconds=draft.message_send_ttl_seconds
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
    parameters = await call.parameters()
    category = text_of(parameters, "category", most=_WORD_CHARACTERS)
    if not category or category.upper() != "AUTHENTICATION":
        raise RequestInvalid(f"category: got {shown(category)}, expected AUTHENTICATION")
    security = flag_of(parameters, "add_security_recommendation") or False
    given = parameters.get("code_expiration_minutes")
    minutes = int(str(given)) if str(given).isdecimal() else 0
    if given not in {None, ""} and not FEWEST_MINUTES <= minutes <= MOST_MINUTES:
        raise RequestInvalid(
            f"code_expiration_minutes: got {shown(given)}, expected {FEWEST_MINUTES} to {MOST_MINUTES}"
        )
    listed = _languages(parameters) if parameters.get("languages") or parameters.get("language") else list(CODE_WORDS)
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


def _languages(parameters: Mapping[str, Any]) -> list[str]:
    listed = list_of(parameters, "languages") or list_of(parameters, "language") or []
    if not 1 <= len(listed) <= _MOST_LANGUAGES:
        raise RequestInvalid(f"languages: got {len(listed)}, expected 1 to {_MOST_LANGUAGES} codes like en_US")
    try:
        return list(dict.fromkeys(spell_language(str(one)) for one in listed))
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
