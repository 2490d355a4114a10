"""What a browser keeps for one origin, made small and full."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOM = 3_000_000
# The browser trusts for a while that there is room; what is more than that makes it look again.
FILL = """() => new Promise((resolve) => {
  const open = indexedDB.open('handschlag');
  open.onsuccess = () => {
    const transaction = open.result.transaction('facts', 'readwrite');
    transaction.objectStore('facts').put('x'.repeat(2_900_000), 'filler');
    const end = (word) => () => { open.result.close(); resolve(word); };
    transaction.oncomplete = end('room');
    transaction.onabort = end('full');
  };
})"""


class Disk:
    """The quota of an origin: three megabytes, until it is full; made before the origin stores anything."""

    def __init__(self, page: Page, origin: str) -> None:
        self._page, self._origin = page, origin
        self._session = page.context.new_cdp_session(page)
        self.has_room()

    def has_room(self) -> None:
        self._session.send("Storage.overrideQuotaForOrigin", {"origin": self._origin, "quotaSize": ROOM})

    def is_full(self) -> None:
        """From now on nothing more is taken."""
        self._session.send("Storage.overrideQuotaForOrigin", {"origin": self._origin, "quotaSize": 1})
        assert self._page.evaluate(FILL) == "full"
