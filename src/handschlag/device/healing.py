"""What to do about envelopes that do not open (spec/encryption.md section 4): pure decisions with their limits.

The receiver asks for a message again by its id and attempt, on a fresh session if the last one is a minute old; the
sender seals it again with the next attempt, three times at most. What cannot be known: whether damage was on the way or
in the ratchet.
"""

from __future__ import annotations

import msgspec

from handschlag.content.receipts import Resend
from handschlag.device.peer import PeerDevice
from handschlag.wire.envelope import Header
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.limits import DAY

REOPEN_SECONDS = 60.0
RESENDS_PER_REOPEN = 100
ATTEMPTS = 3
RESEND_SECONDS = 7 * DAY


class Repair(msgspec.Struct, frozen=True):
    """What to do for an unreadable envelope, before acknowledging it.

    `claim` (if any): claim these keys and `Device.open_sessions`. `resend`: seal them, with `kind` receipt, for the
    sender; empty: nothing to ask for. `lost`: the sender's last attempt failed too, so show that something could not be
    opened.
    """

    claim: dict[AccountId, dict[DeviceId, str]]
    resend: list[Resend]
    lost: bool


def decide_repair(header: Header, device: PeerDevice, now: float) -> Repair:
    """Return the repair for an unreadable envelope and note it on the device, which limits the next ones."""
    reopen = now - device.repaired_at >= REOPEN_SECONDS
    if reopen:
        device.repaired_at = now
        device.resends = {}
    asked = (header.id, header.attempt)
    # A lost receipt is worth one new session, not a question each: two devices that cannot read each other would ask
    # for ever.
    worth_asking = header.kind != "receipt" or reopen
    ask = worth_asking and asked not in device.resends and len(device.resends) < RESENDS_PER_REOPEN
    if ask:
        device.resends[asked] = now
    return Repair(
        claim={device.account: {device.device: "signed_curve25519"}} if reopen else {},
        resend=[Resend(id=header.id, attempt=header.attempt)] if ask else [],
        lost=header.kind != "receipt" and header.attempt >= ATTEMPTS,
    )


class Answer(msgspec.Struct, frozen=True):
    """What a sender does about a resend request: seal with `attempt`, or give the message up (`lost`), or nothing."""

    attempt: int | None = None
    lost: bool = False


def answer_resend(asked: Resend, *, last_attempt: int, sent_at: float, delivered: bool, now: float) -> Answer:
    """Return what to do when a device asks for a message of ours again.

    `last_attempt` is the newest sealed, `sent_at` when the message was first sent, `delivered` whether this device had
    it.
    """
    if asked.attempt != last_attempt or (delivered and now - sent_at > RESEND_SECONDS):
        return Answer()
    if asked.attempt >= ATTEMPTS:
        return Answer(lost=True)
    return Answer(attempt=asked.attempt + 1)
