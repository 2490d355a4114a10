"""How much is too much: a bucket that fills with time and empties with use."""

from __future__ import annotations

from collections import OrderedDict

_BUCKETS = 100_000


class RateLimit:
    """Buckets by key, for one kind of call; `rate` a second refill up to `burst`. A rate of 0 is no limit."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_for(self, key: str, now: float, count: int = 1) -> float:
        """Take `count` from the key's bucket and return 0, or take nothing and return the seconds until it would do."""
        if not self._rate:
            return 0.0
        level, at = self._buckets.get(key, (self._burst, now))
        level = min(self._burst, level + max(0.0, now - at) * self._rate)
        # More than a full bucket could never be had: it costs a full one.
        count = min(count, max(1, int(self._burst)))
        missing = count - level
        if missing <= 0:
            level -= count
        self._buckets[key] = (level, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > _BUCKETS:
            self._buckets.popitem(last=False)
        return max(0.0, missing / self._rate)
