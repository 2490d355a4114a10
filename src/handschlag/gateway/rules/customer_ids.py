"""How a company's programs name a customer: by attested number, by pseudo-number, or by business-scoped user id."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import NamedTuple

from handschlag.wire.ids import AccountId

PSEUDO_PREFIX = "999"
_PSEUDO_DIGITS = 12
_USER_ID_DIGITS = 20
_SEPARATORS = re.compile(r"[\s()./\-\u00a0\u2011]+")
_NUMBER = re.compile(r"\d{5,15}")
_USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,140}")


class Recipient(NamedTuple):
    """Whom a message is for: `number` in digits is looked up first; `given` holds the program's own spelling."""

    given: str
    number: str | None
    user_id: str | None


def parse_number(text: str) -> str | None:
    """Return the digits of a number in any usual spelling (`+1 (650) 555-1234`), or None if it is no number."""
    digits = _SEPARATORS.sub("", text.strip()).removeprefix("+")
    digits = digits.removeprefix("00")
    return digits if _NUMBER.fullmatch(digits) else None


def parse_user_id(text: str) -> str | None:
    """Return a business-scoped user id as it is, or None if it has not that form."""
    return text if _USER_ID.fullmatch(text) else None


def number_key(digits: str) -> str:
    """Return the one form under which a number is looked up, whichever of two customary spellings it came in.

    Mexico's `521`, Argentina's `549` and Brazil's ninth digit come and go between operators, and mean the same telephone.
    """
    if digits.startswith("521") and len(digits) == 13:  # noqa: PLR2004  52, 1 and ten digits
        return "52" + digits[3:]
    if digits.startswith("549") and len(digits) == 13:  # noqa: PLR2004  54, 9 and ten digits
        return "54" + digits[3:]
    if digits.startswith("55") and len(digits) == 13 and digits[4] == "9":  # noqa: PLR2004  55, area, 9 and eight digits
        return digits[:4] + digits[5:]
    return digits


def _digits(secret: bytes, purpose: str, subject: str, count: int) -> str:
    mac = hmac.digest(secret, f"{purpose}:{subject}".encode(), hashlib.sha256)
    return str(int.from_bytes(mac[:16], "big") % 10**count).zfill(count)


def pseudo_number(secret: bytes, customer: AccountId) -> str:
    """Return the stable number of a customer without one: 999, which no country has, and twelve digits."""
    return PSEUDO_PREFIX + _digits(secret, "wa_id", customer, _PSEUDO_DIGITS)


def user_id(secret: bytes, customer: str, country: str) -> str:
    """Return the business-scoped id: no other company can relate it to its own, for only this one holds the secret."""
    return f"{country}.{_digits(secret, 'user_id', customer, _USER_ID_DIGITS)}"


def display_number(digits: str) -> str:
    """Return a number as the phone number node shows it."""
    if not digits:
        return ""
    if digits.startswith("1") and len(digits) == 11:  # noqa: PLR2004  North America
        return f"+1 {digits[1:4]}-{digits[4:7]}-{digits[7:]}"
    return f"+{digits[:2]} {digits[2:5]} {digits[5:]}"
