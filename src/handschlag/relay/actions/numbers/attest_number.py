"""Attests that a number belongs to an account; called once its owner proved it to the operator."""

from __future__ import annotations

import hashlib

from handschlag.relay.context import Context
from handschlag.relay.rules.calling_codes import calling_code
from handschlag.relay.rules.number_codes import number_hash
from handschlag.relay.storage.numbers import store_number
from handschlag.wire.attestation import NumberAttestation
from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord, sign_record


async def attest_number(context: Context, account: AccountId, number: str, salt: str) -> SignedRecord:
    """Return the relay's word over `+` and digits and a salt (base64); a keyed hash is all that is kept."""
    now = context.clock.now()
    keyed, country = number_hash(context.secrets.number_key, number), calling_code(number)
    await context.store.write(lambda connection: store_number(connection, keyed, account, country, now))
    commitment = hashlib.sha256(from_base64(salt, "salt") + number.encode()).digest()
    record = NumberAttestation(account=account, number_hash=to_base64(commitment), at=int(now))
    return sign_record(record, context.secrets.signing_key)
