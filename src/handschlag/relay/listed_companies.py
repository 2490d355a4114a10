"""The companies that want to be found, in memory: searched by everybody, changed seldom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.relay.rules.company_search import Listed, listed_company
from handschlag.relay.storage.companies import list_listed_cards

if TYPE_CHECKING:
    from handschlag.clock import Clock
    from handschlag.database.store import Store

_KEEP_SECONDS = 60.0
# What a relay's memory is good for; a directory larger than this wants a search engine.
_MOST = 20_000


class ListedCompanies:
    """Reads all of them at first need and again after a minute, or when a profile was published."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._read_at: float | None = None
        self._listed: list[Listed] = []

    def forget(self) -> None:
        """Read again at the next search."""
        self._read_at = None

    async def all(self) -> list[Listed]:
        """Return them in the order in which they are shown."""
        now = self._clock.now()
        if self._read_at is None or not 0 <= now - self._read_at < _KEEP_SECONDS:
            self._read_at = now
            cards = await self._store.read(lambda connection: list_listed_cards(connection, _MOST))
            self._listed = sorted((listed_company(card) for card in cards), key=lambda one: one.order)
        return self._listed
