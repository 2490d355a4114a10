"""Which country a number belongs to: the calling codes of ITU-T E.164, without those of no country."""

from __future__ import annotations

import re

from handschlag.wire.errors import WireError

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_LONGEST_CODE = 3
# Satellites, freephone and shared cost (800, 808, 870, 878, 881 to 883, 979) are left out: a text message there costs like ten.
_CODES = frozenset(
    {
        1, 7, 20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67), 81, 82, 84, 86, *range(90, 96), 98,
        211, 212, 213, 216, 218, *range(220, 259), *range(260, 270), 290, 291, *range(297, 300), *range(350, 360), *range(370, 379),
        *range(380, 384), 385, 386, 387, 389, 420, 421, 423, *range(500, 510), *range(590, 600), 670, *range(672, 684), *range(685, 693),
        850, 852, 853, 855, 856, 880, 886, *range(960, 969), *range(970, 978), *range(992, 997), 998,
    }
)  # fmt: skip


def calling_code(number: str) -> str:
    """Return the calling code of `+` and digits, empty if it is that of no country; no code begins with another."""
    beginnings = [number[1 : 1 + length] for length in range(1, _LONGEST_CODE + 1)]
    return next((one for one in beginnings if one.isdecimal() and int(one) in _CODES), "")


def check_number(number: str) -> str:
    """Return the calling code of a number that a text message can be sent to; raises WireError for any other."""
    if not _NUMBER.fullmatch(number):
        raise WireError("number", f"{len(number)} characters", "+ and 7 to 15 digits")
    code = calling_code(number)
    if not code:
        raise WireError("number", number[:4], "a number that begins with a country's calling code")
    return code
