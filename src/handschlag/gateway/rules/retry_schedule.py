"""When an undelivered webhook is tried again, and when it is given up."""

from __future__ import annotations

from collections.abc import Sequence


def next_try(
    schedule: Sequence[float], attempts: int, *, created_at: float, now: float, horizon: float
) -> float | None:
    """Return when to try again after `attempts` failures (Unix seconds), or None when the time is over."""
    if now - created_at >= horizon:
        return None
    wait = schedule[min(attempts - 1, len(schedule) - 1)]
    return min(now + wait, created_at + horizon)
