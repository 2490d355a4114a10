"""Adds a template to a company; the running gateway submits it to the relay and keeps its approval fresh."""

from __future__ import annotations

import re
import secrets

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.content.templates.definition import parse_definition
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.rules.graph_ids import make_graph_id
from handschlag.gateway.storage.companies import CompanyRow
from handschlag.gateway.storage.templates import TemplateRow, store_template
from handschlag.wire.canonical import canonical_json, hash_of
from handschlag.wire.template import TemplateDefinition

_NAME = re.compile("[a-z0-9_]{1,512}")


class TemplateDraft(msgspec.Struct, frozen=True):
    """A template as the Cloud API's creation call spells it; `domain` is where its URL buttons may lead."""

    name: str
    language: str
    category: str
    components: list[dict[str, object]]
    domain: str = ""


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
    category = draft.category.lower()
    definition = msgspec.convert(
        {
            "type": "handschlag.template.v1",
            "business": company.account,
            "name": draft.name,
            "language": draft.language,
            "category": category,
            "components": draft.components,
            "domain": draft.domain,
        },
        TemplateDefinition,
    )
    parse_definition(definition)
    return definition


async def add_template(configuration: Configuration, company: CompanyRow, draft: TemplateDraft) -> str:
    """Store a template and return its id; one of the same name and language becomes a new version under its old id."""
    definition = define_template(company, draft)
    row = template_row(company, definition, now=configuration.clock.now())
    return await configuration.database.write(lambda connection: store_template(connection, row))


def template_row(company: CompanyRow, definition: TemplateDefinition, *, now: float) -> TemplateRow:
    """Return the row of a template that nobody has approved yet."""
    text = canonical_json(definition)
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
    )
