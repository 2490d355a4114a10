"""Deletes templates: nothing more is sent with them, what was sent stays readable, and the name is free at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.actions.templates.publish_status import publish_template_status
from handschlag.gateway.storage.templates import DELETE_TEMPLATE

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.templates import TemplateRow


async def delete_templates(running: Running, company: Company, rows: list[TemplateRow]) -> None:
    """Remove templates in one commit with the two events that programs know from elsewhere."""
    for row in rows:
        running.store.add(DELETE_TEMPLATE, (company.id, row.id))
        publish_template_status(running, company, row, "PENDING_DELETION")
        publish_template_status(running, company, row, "DELETED")
        company.templates.pop((row.name, row.language), None)
    await running.store.flushed()
