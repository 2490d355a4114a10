"""What to do about envelopes that do not open (spec/encryption.md section 4): pure decisions with their limits.

The receiver asks for a message again by its id and attempt, on a fresh session if the last one is a minute old; the
sender seals it again with the next attempt, three times at most. What cannot be known: whether damage was on the way or
in the ratchet.
"""

from __future__ import annotations

import msgspec

from handschlag.content.receipts import Resend
from handschlag.crypto.own_keys import ONE_TIME_KEY_TYPE
from handschlag.device.peer import PeerDevice
from handschlag.wire.envelope import Header
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId
from handschlag.wire.limits import DAY

REOPEN_SECONDS = 60.0
# Fits one receipt, and bounds what a relay that damages everything can make a device remember.
RESENDS_WANTED = 400
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


def decide_repair(header: Header, device: PeerDevice, now: float, *, own: bool) -> Repair:
    """Return the repair for an unreadable envelope and note it on the device, which limits the next ones.

    `own` says that another device of the same account sent it: a relay carries no questions within an account, so that
    copy is lost, and the new session shows itself with the next copy sent the other way.
    """
    reopen = now - device.repaired_at >= REOPEN_SECONDS
    if reopen:
        device.repaired_at = now
    claim = {device.account: {device.device: ONE_TIME_KEY_TYPE}} if reopen else {}
    message = header.kind != "receipt"
    if own:
        return Repair(claim=claim, resend=[], lost=message)
    asked: dict[EnvelopeId, int] = {}
    if message:
        if device.wanted.get(header.id) != header.attempt:
            asked[header.id] = header.attempt
        device.wanted[header.id] = header.attempt
    if reopen:
        # The last question may have been lost: with each new session everything still wanted is asked for again. A
        # receipt is asked for only then: two devices that cannot read each other would ask for their questions for
        # ever.
        asked = {header.id: header.attempt} | device.wanted
    lost = message and header.attempt >= ATTEMPTS
    if lost:
        # This last question only tells the sender; it has no answer to wait for.
        device.wanted.pop(header.id, None)
    while len(device.wanted) > RESENDS_WANTED:
        del device.wanted[next(iter(device.wanted))]
    resend = [Resend(id=id_, attempt=attempt) for id_, attempt in asked.items()]
    return Repair(claim=claim, resend=resend, lost=lost)


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
