"""Tells the webhooks what became of a template, in the commit of what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.webhooks.events import publish_event

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.templates import TemplateRow

STATUS_FIELD = "message_template_status_update"
# The Cloud API's words for why; an operator's own words travel beside them.
REASONS = frozenset(
    {"ABUSIVE_CONTENT", "INCORRECT_CATEGORY", "INVALID_FORMAT", "PROMOTIONAL", "SCAM", "TAG_CONTENT_MISMATCH"}
)


def rejected_reason(reason: str) -> str:
    """Return the Cloud API's word for a rejection that may be explained in other words."""
    return reason if reason in REASONS else "INVALID_FORMAT"


def publish_template_status(
    running: Running, company: Company, row: TemplateRow, status: str, *, reason: str = ""
) -> None:
    """Put the event into the open commit; `row` is the template as it was before."""
    back = status == "APPROVED" and row.status == "PAUSED"
    value: dict[str, Any] = {
        "event": "REINSTATED" if back else status,
        "message_template_id": int(row.id),
        "message_template_name": row.name,
        "message_template_language": row.language,
        "reason": rejected_reason(reason) if status == "REJECTED" else "NONE",
        "message_template_category": row.category.upper(),
    }
    if status == "REJECTED" and reason:
        value["rejection_info"] = {
            "reason": reason,
            "recommendation": "Change the template, and it is looked at again.",
        }
    elif status == "PAUSED":
        value["other_info"] = {"title": "FIRST_PAUSE", "description": reason or "Paused by the relay's operator."}
    elif back:
        value["other_info"] = {"title": "UNPAUSE", "description": "The relay's operator lets it be sent again."}
    publish_event(running, company, STATUS_FIELD, value, conversation=row.id, at=running.clock.now())
