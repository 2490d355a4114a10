"""Creates a template: stored as PENDING, submitted to the relay at once, whose word comes as a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.content.errors import INVALID_PARAMETER, ContentError
from handschlag.gateway.actions.templates.add_template import TemplateDraft, template_row
from handschlag.gateway.actions.templates.forms import with_known_forms
from handschlag.gateway.actions.templates.load_templates import ready_template
from handschlag.gateway.errors import CallsLimited
from handschlag.gateway.storage.templates import TemplateRow, insert_template

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running

_HOUR = 3600.0
_TOO_MANY, _EXISTS = 2388019, 2388024


async def create_template(running: Running, company: Company, draft: TemplateDraft) -> TemplateRow:
    """Store a template and have it submitted; raises ContentError where the draft breaks a rule."""
    now = running.clock.now()
    row = template_row(company.row, draft, now=now)
    _check_room(running, company, now)
    known = (row.name, row.language) in company.templates
    if not known:
        row = template_row(company.row, await with_known_forms(running, company, draft), now=now)
    if known or not await running.store.write(lambda connection: insert_template(connection, row)):
        raise ContentError(INVALID_PARAMETER, "name", f"{row.name} exists in {row.language} already", subcode=_EXISTS)
    company.templates[row.name, row.language] = ready_template(row)
    company.publish_soon()
    return row


def _check_room(running: Running, company: Company, now: float) -> None:
    settings = running.settings
    if len(company.templates) >= settings.templates_per_account:
        raise ContentError(
            INVALID_PARAMETER,
            "message_templates",
            f"got {len(company.templates)} templates, at most {settings.templates_per_account}",
            subcode=_TOO_MANY,
        )
    made = [t.row.created_at for t in company.templates.values() if t.row.created_at > now - _HOUR]
    most = settings.template_creations_per_hour
    if most and len(made) >= most:
        raise CallsLimited(
            80007, f"message_templates: got {len(made)} in an hour, at most {most}", retry_after=min(made) + _HOUR - now
        )
