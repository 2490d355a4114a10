"""Why a relay did not take an envelope; the gateway turns these into the Cloud API's own codes."""

from __future__ import annotations

from typing import Literal

import msgspec

from handschlag.wire.ids import AccountId, DeviceId

RefusalCode = Literal[
    "no_window",  # free text, and the customer did not write within 24 hours
    "no_marketing_grant",  # the customer did not agree to advertising, or withdrew
    "undeliverable",  # unknown, blocked, or no grant for this purpose: on purpose one answer for all three
    "cap_reached",  # the offer's own cap per day or month
    "stale_devices",  # sealed for another set of devices than the account has now; `devices` says which
    "bad_envelope",  # header or body break a limit; `message` says which
    "rate_limited",  # later; `retry_after` says when
    "mailbox_full",  # the recipient has not fetched for too long
]


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """One envelope not taken: why, in words for a log, and what helps to send it again."""

    code: RefusalCode
    message: str
    devices: dict[AccountId, list[DeviceId]] = {}
    retry_after: float = 0.0
