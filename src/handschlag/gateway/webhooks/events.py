"""Publishes events of every field other than messages: template states, account, security, preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from handschlag.gateway.webhooks.bodies import Change, Entry, entry_json

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running


def publish_event(
    running: Running, company: Company, field: str, value: dict[str, Any], *, conversation: str = "", at: float
) -> None:
    """Put one event into the open commit, beside the rows of what it tells; events of one `conversation` stay in order."""
    if not running.publisher.is_wanted(company.row, field):
        return
    entry = Entry(id=company.row.waba_id, time=int(at), changes=[Change(value, field)])
    running.publisher.publish(company.row, field, conversation or field, entry_json(entry))
