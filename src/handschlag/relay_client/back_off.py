"""How long to wait before connecting again: full jitter, so that a thousand clients do not come back at once."""

from __future__ import annotations

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
# Another process took this device's place, or the relay asked for calm: coming back at once would only repeat it.
CALM_SECONDS = 10.0


def wait_before(attempt: int, chance: float, *, calm: bool = False) -> float:
    """Return seconds to wait before the try number `attempt` (from 0); `chance` is random in 0 to 1."""
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(attempt, 16))
    waited = chance * ceiling
    return CALM_SECONDS + waited if calm else waited
