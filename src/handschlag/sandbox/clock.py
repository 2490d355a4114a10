"""How far to move the clock: `25h`, `90s`, `31d`, or a number of seconds."""

from __future__ import annotations

import re

_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_SPELLING = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([smhd]?)")
_MOST_SECONDS = 400 * 86_400.0


def parse_advance(value: object) -> float:
    """Return seconds; raises ValueError for anything else."""
    match = _SPELLING.fullmatch(str(value).strip().lower()) if not isinstance(value, bool) else None
    if match is None:
        raise ValueError(f"advance: got {str(value)[:40]!r}, expected a number and s, m, h or d, as in '25h'")
    seconds = float(match[1]) * _UNITS.get(match[2], 1.0)
    if seconds > _MOST_SECONDS:
        raise ValueError(f"advance: got {value!r}, at most 400d at once")
    return seconds
