"""How often a number may write to one customer: a burst, and from then on one message every few seconds.

Kept per pair is one number only: when its bucket would be full again. A pair that is full again need not be kept.
"""

from __future__ import annotations

_MOST_PAIRS = 50_000


class PairRate:
    """The buckets of one number's customers, as far as they are not full."""

    def __init__(self) -> None:
        self._full_at: dict[str, float] = {}

    def take(self, customer: str, now: float, *, burst: int, seconds: float) -> float:
        """Take one message out of a customer's bucket; returns 0, or how many seconds to wait for one."""
        full_at = max(self._full_at.get(customer, now), now)
        wait = full_at + seconds - now - burst * seconds
        # Some 6 s counted 45 times are not exactly 270 s.
        if wait > 1e-6:  # noqa: PLR2004
            return wait
        if len(self._full_at) >= _MOST_PAIRS and customer not in self._full_at:
            self._make_room(now)
        self._full_at[customer] = full_at + seconds
        return 0.0

    def _make_room(self, now: float) -> None:
        self._full_at = {name: at for name, at in self._full_at.items() if at > now}
        while len(self._full_at) >= _MOST_PAIRS:
            del self._full_at[next(iter(self._full_at))]
