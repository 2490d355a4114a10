"""How one request to an endpoint ended."""

from __future__ import annotations

from typing import NamedTuple

from handschlag.gateway.storage.webhook_log import OK_FROM, OK_UNTIL


class Outcome(NamedTuple):
    """What the endpoint answered (`status`), or what kept it from it (`error`); `answer` is the first kilobyte."""

    status: int | None
    error: str | None
    seconds: float
    headers: dict[str, str]
    answer: bytes

    @property
    def confirmed(self) -> bool:
        """Whether the endpoint took the events: any 2xx."""
        return self.status is not None and OK_FROM <= self.status < OK_UNTIL
