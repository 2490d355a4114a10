"""How many management calls an app makes an hour."""

from __future__ import annotations

HOUR = 3600.0


class CallRate:
    """Counts calls of each app in whole hours: two numbers an app, however many calls."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}

    def take(self, app: str, now: float, most: int) -> tuple[int, float]:
        """Count one call; returns the share of the hour's calls that is used up in per cent, and how long to wait if it is over."""
        hour = int(now // HOUR)
        known, count = self._counts.get(app, (hour, 0))
        if known != hour:
            count = 0
        if count >= most:
            return 100, (hour + 1) * HOUR - now
        self._counts[app] = (hour, count + 1)
        return min(100, 100 * (count + 1) // most), 0.0
