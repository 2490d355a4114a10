"""The one place that knows what time it is; everything else is told."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Tells the time in Unix seconds."""

    def now(self) -> float:
        """Return the time in Unix seconds."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Return the time in Unix seconds."""
        return time.time()


class MovableClock:
    """The machine's clock moved forward by what was asked: a sandbox can live tomorrow today."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        """Return the moved time in Unix seconds."""
        return time.time() + self._ahead

    @property
    def ahead(self) -> float:
        """How many seconds this clock is ahead of the machine's."""
        return self._ahead

    def advance(self, seconds: float) -> None:
        """Move forward; a clock that went back would break promises already made."""
        if seconds < 0:
            message = f"advance: got {seconds} seconds, expected 0 or more"
            raise ValueError(message)
        self._ahead += seconds
