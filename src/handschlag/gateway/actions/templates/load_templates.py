"""Takes a company's templates from disk into memory, taken apart once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.content.templates.definition import parse_definition
from handschlag.gateway.company import Company, ReadyTemplate
from handschlag.gateway.storage.templates import TemplateRow, list_templates
from handschlag.wire.signed import SignedRecord
from handschlag.wire.template import TemplateDefinition

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_decode_definition = msgspec.json.Decoder(TemplateDefinition).decode
_decode_record = msgspec.json.Decoder(SignedRecord).decode


async def load_templates(running: Running, company: Company) -> None:
    """Replace the templates in memory with those on disk."""
    rows = await running.store.read(lambda connection: list_templates(connection, company.id))
    company.templates = {(row.name, row.language): ready_template(row) for row in rows}


def ready_template(row: TemplateRow) -> ReadyTemplate:
    """Return a template taken apart, with its approval."""
    return ReadyTemplate(
        row=row,
        definition=parse_definition(_decode_definition(row.definition)),
        approval=None if row.approval is None else _decode_record(row.approval),
    )
