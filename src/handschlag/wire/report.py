"""A customer's report of a company: without content, or with one message that the customer chooses to show the operator."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from handschlag.wire.envelope import Header
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord

Reason = Literal["advertising", "unwanted", "abuse", "fraud", "other"]


class ReportedMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message in the clear, with what proves it: a template's salt opens the header's commitment, its stamp is the relay's own."""

    header: Header
    body: dict[str, Any]
    salt: str | None = None
    stamp: SignedRecord | None = None


class Report(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /v1/reports: which company, why, and the message if the customer attached it."""

    business: AccountId
    reason: Reason
    message: ReportedMessage | None = None


class ReportAnswer(msgspec.Struct, frozen=True):
    """What the attached message counts for: `proved` nobody can deny or forge, `claimed` is the reporter's word."""

    proof: Literal["none", "claimed", "proved"]
