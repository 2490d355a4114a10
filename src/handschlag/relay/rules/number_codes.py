"""The code that proves a number: how it is said, how long it is good, and how it is kept."""

from __future__ import annotations

import hashlib
import re
from hmac import digest

from handschlag.wire.canonical import to_base64
from handschlag.wire.errors import WireError
from handschlag.wire.ids import AccountId

CODE_DIGITS = 6
CODE_SECONDS = 600
AGAIN_SECONDS = 60
TRIES = 5

_CODE = re.compile(r"[0-9]{6}")
_TEXTS = {
    "en": "{code} is your code for Handschlag ({relay}). Tell it to nobody, whoever asks.",
    "de": "{code} ist Ihr Code für Handschlag ({relay}). Sagen Sie ihn niemandem, wer auch fragt.",
}


def check_code(code: str) -> str:
    """Return a code that has its form."""
    if not _CODE.fullmatch(code):
        raise WireError("code", f"{len(code)} characters", f"{CODE_DIGITS} digits")
    return code


def code_text(code: str, language: str, *, relay: str, origin: str) -> str:
    """Return the text message; with a messenger's host its last line lets that page take the code by itself (WebOTP)."""
    text = _TEXTS[language].format(code=code, relay=relay)
    return f"{text}\n\n@{origin} #{code}" if origin else text


def number_hash(key: bytes, number: str) -> str:
    """Return under what a number is kept: whoever has the database alone cannot try numbers."""
    return to_base64(digest(key, number.encode(), hashlib.sha256))


def code_hash(key: bytes, account: AccountId, number: str, code: str) -> str:
    """Return under what an open code is kept: good for this account and number alone."""
    return to_base64(digest(key, f"code\0{account}\0{number}\0{code}".encode(), hashlib.sha256))


def address_hash(key: bytes, address: str) -> str:
    """Return under what calls from an address are counted."""
    return to_base64(digest(key, f"address\0{address}".encode(), hashlib.sha256))
