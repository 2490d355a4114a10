"""Changes a template: a new version under the same id, which has to be approved again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.gateway.actions.templates.add_template import TemplateDraft, template_row
from handschlag.gateway.actions.templates.forms import with_known_forms
from handschlag.gateway.actions.templates.load_templates import ready_template
from handschlag.gateway.errors import NodeUnknown
from handschlag.gateway.storage.templates import replace_template
from handschlag.wire.template import TemplateDefinition

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.templates import TemplateRow

EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
_NOT_EDITABLE = 2388025


class TemplateChange(msgspec.Struct, frozen=True):
    """What an edit replaces; None stays."""

    components: list[dict[str, object]] | None = None
    category: str | None = None
    parameter_format: str | None = None
    message_send_ttl_seconds: int | None = None


async def edit_template(running: Running, company: Company, row: TemplateRow, change: TemplateChange) -> None:
    """Store the new version and have it submitted; messages of the one before stay readable."""
    if row.status not in EDITABLE:
        raise ContentError(
            INVALID_PARAMETER, "status", f"got {row.status}, expected {', '.join(EDITABLE)}", subcode=_NOT_EDITABLE
        )
    if change.category is not None and change.category.lower() != row.category:
        raise ContentError(
            INVALID_PARAMETER,
            "category",
            f"got {change.category[:40]}, expected {row.category.upper()}: a template's category never changes here, since "
            "customers agreed to it; create another template",
        )
    definition = msgspec.json.decode(row.definition, type=TemplateDefinition)
    draft = TemplateDraft(
        name=row.name,
        language=row.language,
        category=row.category,
        components=change.components if change.components is not None else definition.components,
        domain="" if change.components is not None else definition.domain,
        parameter_format=_format(row, change),
        message_send_ttl_seconds=row.ttl
        if change.message_send_ttl_seconds is None
        else change.message_send_ttl_seconds,
        library_template_name=row.library_name,
    )
    now = running.clock.now()
    template_row(company.row, draft, now=now)
    draft = await with_known_forms(running, company, draft)
    new = msgspec.structs.replace(template_row(company.row, draft, now=now), id=row.id, created_at=row.created_at)
    if new.hash == row.hash:
        # The text stays as approved; only how long messages wait is another.
        new = msgspec.structs.replace(row, ttl=new.ttl, parameter_format=new.parameter_format)
    if company.templates.get((row.name, row.language)) is None:
        raise NodeUnknown(f"id: {row.id} was deleted meanwhile")
    await running.store.write(lambda connection: replace_template(connection, new))
    company.templates[new.name, new.language] = ready_template(new)
    company.publish_soon()


def _format(row: TemplateRow, change: TemplateChange) -> str:
    if change.parameter_format is not None:
        return change.parameter_format
    return "" if change.components is not None else row.parameter_format
