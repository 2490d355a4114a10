"""The relay's refusals in the Cloud API's own codes and words (spec/consent.md section 2)."""

from __future__ import annotations

from typing import NamedTuple

from handschlag.wire.refusals import RefusalCode


class Failure(NamedTuple):
    """Why a message failed, as its status tells it."""

    code: int
    details: str


NOT_WITHIN_WINDOW = Failure(
    131047,
    "Message failed to send because more than 24 hours have passed since the customer last replied to this number.",
)
NO_MARKETING = Failure(
    131050, "The customer has not agreed to marketing messages from this company, or has stopped them."
)
UNDELIVERABLE = Failure(
    131026,
    "The message cannot be delivered: the customer is unknown, cannot be reached, or has not agreed to messages of this kind.",
)
CAP_REACHED = Failure(
    131049, "The cap per day or month that the company's own offer names is reached for this customer."
)
NOT_FETCHED = Failure(131026, "The message was not fetched by any of the customer's devices before it expired.")
NOT_READABLE = Failure(131026, "The customer's device could not open the message, and repairing failed three times.")
REJECTED = Failure(131000, "The relay did not take the envelope.")

_FAILURES: dict[RefusalCode, Failure] = {
    "no_window": NOT_WITHIN_WINDOW,
    "no_marketing_grant": NO_MARKETING,
    "undeliverable": UNDELIVERABLE,
    "cap_reached": CAP_REACHED,
    "bad_envelope": REJECTED,
}

# These say "not now", not "no": the envelope stays in the outbox and is sent again.
TEMPORARY: frozenset[RefusalCode] = frozenset({"stale_devices", "rate_limited", "mailbox_full"})


def failure_of(code: RefusalCode) -> Failure | None:
    """Return how a refusal is told, or None if the envelope is sent again."""
    return None if code in TEMPORARY else _FAILURES.get(code, REJECTED)
