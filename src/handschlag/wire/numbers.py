"""Bodies of the calls that prove a telephone number (spec/wire.md section 8)."""

from __future__ import annotations

import msgspec

from handschlag.wire.consent import Language
from handschlag.wire.signed import SignedRecord


class AskNumberCode(msgspec.Struct, frozen=True, omit_defaults=True):
    """POST /v1/numbers/code: `number` is `+` and digits; the text message is in `language`."""

    number: str
    language: Language = "en"


class NumberCodeSent(msgspec.Struct, frozen=True):
    """The code is on its way: until when it is good, and from when on another may be asked for (Unix seconds)."""

    expires_at: int
    again_at: int


class ProveNumber(msgspec.Struct, frozen=True):
    """POST /v1/numbers/verify: the code from the text message, and a salt of 32 bytes that the customer keeps."""

    number: str
    code: str
    salt: str


class NumberProved(msgspec.Struct, frozen=True):
    """The relay's word: a NumberAttestation over account, number and salt."""

    attestation: SignedRecord


class KnownNumber(msgspec.Struct, frozen=True):
    """What the relay still knows of a proved number: the country, and since when."""

    calling_code: str
    attested_at: int


class KnownNumbers(msgspec.Struct, frozen=True):
    """GET /v1/numbers: at most one."""

    numbers: list[KnownNumber]
