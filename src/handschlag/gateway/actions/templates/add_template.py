"""Defines a template from a draft, and adds it beside the running gateway, which submits it to the relay."""

from __future__ import annotations

import re
import secrets

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.templates.definition import parse_definition
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.rules.graph_ids import make_graph_id
from handschlag.gateway.rules.templates.review import check_ttl, review_definition
from handschlag.gateway.rules.templates.spelling import domains_of, spell_components, spell_language
from handschlag.gateway.storage.companies import CompanyRow
from handschlag.gateway.storage.templates import TemplateRow, store_template
from handschlag.wire.canonical import canonical_json, hash_of
from handschlag.wire.limits import RECORD_BYTES
from handschlag.wire.template import TemplateDefinition

_NAME = re.compile("[a-z0-9_]{1,512}")
CATEGORIES = ("MARKETING", "UTILITY", "AUTHENTICATION")
_FORMATS = ("", "POSITIONAL", "NAMED")


class TemplateDraft(msgspec.Struct, frozen=True):
    """A template as the Cloud API's creation call spells it.

    `domain` names the domains its URL buttons may lead to, separated by spaces; empty takes those of the buttons themselves.
    """

    name: str
    language: str
    category: str
    components: list[dict[str, object]]
    domain: str = ""
    parameter_format: str = ""
    message_send_ttl_seconds: int | None = None
    library_template_name: str = ""


HELLO_WORLD = TemplateDraft(
    name="hello_world",
    language="en_US",
    category="UTILITY",
    components=[
        {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
        {
            "type": "BODY",
            "text": "Welcome and congratulations!! This message demonstrates your ability to send a message notification "
            "from this gateway. Thank you for taking the time to test with us.",
        },
        {"type": "FOOTER", "text": "WhatsApp Business API sample message"},
    ],
)


def define_template(company: CompanyRow, draft: TemplateDraft) -> TemplateDefinition:
    """Return the definition that is submitted; raises ContentError where the draft breaks a rule."""
    if not _NAME.fullmatch(draft.name):
        raise ContentError(
            INVALID_PARAMETER, "name", f"got {draft.name[:60]!r}, expected 1 to 512 of a to z, 0 to 9 and _"
        )
    category, format_ = draft.category.upper(), draft.parameter_format.upper()
    if category not in CATEGORIES:
        raise ContentError(
            INVALID_PARAMETER, "category", f"got {draft.category[:40]!r}, expected {', '.join(CATEGORIES)}"
        )
    if format_ not in _FORMATS:
        raise ContentError(
            INVALID_PARAMETER, "parameter_format", f"got {draft.parameter_format[:40]!r}, expected positional or named"
        )
    language = spell_language(draft.language)
    components = spell_components(list(draft.components), category.lower(), language)
    definition = msgspec.convert(
        {
            "type": "handschlag.template.v1",
            "business": company.account,
            "name": draft.name,
            "language": language,
            "category": category.lower(),
            "components": [],
            "domain": draft.domain or domains_of(components),
        },
        TemplateDefinition,
    )
    definition = msgspec.structs.replace(definition, components=components)
    review_definition(parse_definition(definition), format_)
    size = len(canonical_json(definition))
    if size > RECORD_BYTES:
        raise ContentError(INVALID_PARAMETER, "components", f"got {size} bytes of JSON, at most {RECORD_BYTES}")
    return definition


async def add_template(configuration: Configuration, company: CompanyRow, draft: TemplateDraft) -> str:
    """Store a template and return its id; one of the same name and language becomes a new version under its old id."""
    row = template_row(company, draft, now=configuration.clock.now())
    return await configuration.database.write(lambda connection: store_template(connection, row))


def template_row(company: CompanyRow, draft: TemplateDraft, *, now: float) -> TemplateRow:
    """Return the row of a template that nobody has approved yet; raises ContentError where the draft breaks a rule."""
    definition = define_template(company, draft)
    text = canonical_json(definition)
    texts = [str(component.get("text", "")) for component in definition.components]
    named = any(re.search(r"\{\{[a-z_]", text) for text in texts)
    return TemplateRow(
        id=make_graph_id(secrets.token_bytes(8)),
        company=company.id,
        name=definition.name,
        language=definition.language,
        category=definition.category,
        definition=text.decode(),
        hash=hash_of(text),
        status="PENDING",
        reason="",
        approval=None,
        approved_until=0.0,
        submitted=False,
        created_at=now,
        ttl=check_ttl(draft.message_send_ttl_seconds, definition.category),
        parameter_format=draft.parameter_format.upper() or ("NAMED" if named else "POSITIONAL"),
        library_name=draft.library_template_name,
    )
