"""The relay's word that an account holds a telephone number, over a salted hash: the number never crosses the relay."""

from __future__ import annotations

import msgspec

from handschlag.wire.ids import AccountId


class NumberAttestation(msgspec.Struct, frozen=True, tag_field="type", tag="handschlag.number.v1"):
    """Whoever holds `account` showed the operator a number; `number_hash` is SHA-256(salt ‖ number) in base64.

    The salt is 32 random bytes the customer keeps and tells the company, sealed; the number is `+` and digits.
    """

    account: AccountId
    number_hash: str
    at: int
