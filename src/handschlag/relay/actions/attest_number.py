"""Attests that a number belongs to an account; called once its owner proved it to the operator."""

from __future__ import annotations

import hashlib
from hmac import digest

from handschlag.relay.context import Context
from handschlag.relay.storage.numbers import store_number
from handschlag.wire.attestation import NumberAttestation
from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord, sign_record

_COUNTRY_DIGITS = 2


async def attest_number(context: Context, account: AccountId, number: str, salt: str) -> SignedRecord:
    """Return the relay's word over `+` and digits and a salt (base64); a keyed hash is all that is kept."""
    now = context.clock.now()
    keyed = to_base64(digest(context.secrets.number_key, number.encode(), hashlib.sha256))
    country = number[1 : 1 + _COUNTRY_DIGITS]
    await context.store.write(lambda connection: store_number(connection, keyed, account, country, now))
    commitment = hashlib.sha256(from_base64(salt, "salt") + number.encode()).digest()
    record = NumberAttestation(account=account, number_hash=to_base64(commitment), at=int(now))
    return sign_record(record, context.secrets.signing_key)
