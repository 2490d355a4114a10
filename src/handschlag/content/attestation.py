"""Whether the relay attests a customer's number: checked by the company, who alone is told number and salt."""

from __future__ import annotations

import hashlib
import re

from handschlag.wire.attestation import NumberAttestation
from handschlag.wire.canonical import from_base64, to_base64
from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord, verify_record

SALT_BYTES = 32
_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}")


def number_hash(number: str, salt: str) -> str:
    """Return SHA-256 over salt and number in base64; `number` is `+` and digits, `salt` 32 bytes in base64."""
    if not _NUMBER.fullmatch(number):
        raise WireError("phone_number", f"{len(number)} characters", "+ and 5 to 15 digits")
    return to_base64(hashlib.sha256(from_base64(salt, "salt", length=SALT_BYTES) + number.encode()).digest())


def check_attestation(
    attestation: SignedRecord, relay_key: str, account: AccountId, number: str, salt: str
) -> NumberAttestation:
    """Return the attestation if the relay signed that `account` holds `number`; raises WireError if not."""
    record = verify_record(attestation, relay_key, NumberAttestation, "attestation")
    if record.account != account:
        raise WireError("attestation.account", record.account, "the sender's account")
    if record.number_hash != number_hash(number, salt):
        raise WireError("attestation.number_hash", record.number_hash, "the hash of the sender's number")
    return record
