"""Keeps what the relay says about a template: its state, and the approval if the relay's signature on it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.storage.templates import store_template_state
from handschlag.gateway.webhooks.bodies import Change, Entry, entry_json
from handschlag.telemetry.logs import get_logger
from handschlag.wire.errors import WireError
from handschlag.wire.signed import SignedRecord, verify_record
from handschlag.wire.template import Approval

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.templates import TemplateRow
    from handschlag.wire.http import TemplateState

_log = get_logger(__name__)
STATUS_FIELD = "message_template_status_update"


async def take_template_state(running: Running, company: Company, row: TemplateRow, state: TemplateState) -> None:
    """Store the state, and tell the webhooks if it is another one than before."""
    approval, until = _approval(company, row, state.approval)
    status = state.status.upper()
    changed = await running.store.write(
        lambda connection: store_template_state(
            connection,
            company.id,
            row.hash,
            status=status,
            reason=state.reason,
            approval=approval,
            approved_until=until,
        )
    )
    if changed:
        _publish(running, company, row, status, state.reason)


def _approval(company: Company, row: TemplateRow, signed: SignedRecord | None) -> tuple[str | None, float]:
    if signed is None:
        return None, 0.0
    try:
        record = verify_record(signed, company.row.relay_key, Approval, "approval")
    except WireError:
        record = None
    if (
        record is None
        or record.template != row.hash
        or record.business != company.row.account
        or record.category != row.category
    ):
        _log.warning("approval_not_valid", company=company.id)
        return None, 0.0
    return msgspec.json.encode(signed).decode(), float(record.not_after)


def _publish(running: Running, company: Company, row: TemplateRow, status: str, reason: str) -> None:
    value = {
        "event": status,
        "message_template_id": int(row.id),
        "message_template_name": row.name,
        "message_template_language": row.language,
        "message_template_category": row.category.upper(),
        "reason": reason or "NONE",
    }
    entry = Entry(id=company.row.waba_id, time=int(running.clock.now()), changes=[Change(value, STATUS_FIELD)])
    running.publisher.publish(company.row, STATUS_FIELD, row.id, entry_json(entry))
