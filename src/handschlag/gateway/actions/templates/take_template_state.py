"""Keeps what the relay says about a template: its state, and the approval if the relay's signature on it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from handschlag.gateway.actions.templates.load_templates import ready_template
from handschlag.gateway.actions.templates.publish_status import publish_template_status
from handschlag.gateway.storage.templates import STORE_TEMPLATE_STATE
from handschlag.telemetry.logs import get_logger
from handschlag.wire.errors import WireError
from handschlag.wire.http import TemplateState
from handschlag.wire.signed import SignedRecord, verify_record
from handschlag.wire.template import Approval

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.running import Running
    from handschlag.gateway.storage.templates import TemplateRow

_log = get_logger(__name__)


def take_template_state(running: Running, company: Company, row: TemplateRow, state: TemplateState) -> None:
    """Put the state into the open commit, and with it the webhook if it is another one than before."""
    current = company.templates.get((row.name, row.language))
    if current is None or current.row.hash != row.hash:
        # It was deleted or edited while the relay was asked: this is the word on a version that is no longer sent.
        return
    approval, until = _approval(company, row, state.approval)
    status = state.status.upper()
    running.store.add(STORE_TEMPLATE_STATE, (company.id, row.hash, status, state.reason, approval, until, True))
    # Before the webhook, which is told after the same commit: who hears of an approval may send at once.
    known = msgspec.structs.replace(
        row, status=status, reason=state.reason, approval=approval, approved_until=until, submitted=True
    )
    running.store.after(lambda _: _keep(company, known), None)
    if status != row.status:
        publish_template_status(running, company, row, status, reason=state.reason)


def _keep(company: Company, row: TemplateRow) -> None:
    key = (row.name, row.language)
    current = company.templates.get(key)
    if current is not None and current.row.hash == row.hash:
        company.templates[key] = ready_template(row)


def reject_template(running: Running, company: Company, row: TemplateRow, reason: str) -> None:
    """Put into the open commit that the relay does not take a template at all."""
    refused = TemplateState(hash=row.hash, status="REJECTED", category=row.category, approval=None, reason=reason)
    take_template_state(running, company, row, refused)


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
