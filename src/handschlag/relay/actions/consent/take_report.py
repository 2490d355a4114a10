"""Takes a customer's report of a company for the operator to read."""

from __future__ import annotations

import hashlib
from hmac import digest
from typing import TYPE_CHECKING

import msgspec

from handschlag.relay.context import Context
from handschlag.relay.errors import NotFound, RateLimited
from handschlag.relay.mailroom import Address
from handschlag.relay.rules.reported_message import proof_of
from handschlag.relay.storage.companies import find_card
from handschlag.relay.storage.reports import ReportRow, count_reports_since, store_report
from handschlag.wire.canonical import to_base64
from handschlag.wire.limits import DAY
from handschlag.wire.report import Report, ReportAnswer

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def take_report(context: Context, sender: Address, report: Report) -> ReportAnswer:
    """Keep what a customer says of a company they have to do with; one report a message, some a day."""
    now, message = context.clock.now(), report.message
    relay_key = context.secrets.signing_key.public
    proof = "none" if message is None else proof_of(message, report.business, sender.account, relay_key)
    row = ReportRow(
        business=report.business,
        reporter=to_base64(digest(context.secrets.number_key, f"report:{sender.account}".encode(), hashlib.sha256)),
        reason=report.reason,
        at=now,
        proof=proof,
        envelope="" if message is None else message.header.id,
        message="" if message is None else msgspec.json.encode(message).decode(),
    )
    most = context.settings.reports_per_day

    def store(connection: Connection) -> bool:
        if find_card(connection, report.business) is None:
            raise NotFound("no such company", field="business", seen=report.business[:64])
        if most and count_reports_since(connection, row.reporter, now - DAY) >= most:
            return False
        store_report(connection, row)
        return True

    if not await context.store.write(store):
        raise RateLimited(f"at most {most} reports a day", retry_after=DAY)
    context.metrics.reports.labels(report.reason, proof).inc()
    return ReportAnswer(proof=proof)
