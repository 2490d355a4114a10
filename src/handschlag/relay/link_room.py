"""Places where two devices that are being linked leave a few sealed messages for each other; in memory, for ten minutes.

What lies here is sealed for somebody whose key the relay never sees (spec/encryption.md section 11). Each number is taken
once, so whoever scans the code second is told. A relay that is started anew knows no links: people scan again.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from handschlag.relay.errors import BadRequest, Conflict, NotFound, RateLimited
from handschlag.wire.limits import LINK_MESSAGE_BYTES, LINK_MESSAGES, LINK_SECONDS

_ID_BYTES = 16
_LINKS = 10_000


@dataclass(slots=True)
class _Link:
    expires_at: float
    messages: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)


class LinkRoom:
    """All links under way; those that ended are forgotten when a new one is made."""

    def __init__(self) -> None:
        self._links: dict[str, _Link] = {}

    def open(self, now: float) -> tuple[str, float]:
        """Return a new link's id and its end."""
        # In the order they were made, so the first ones end first.
        for id_, link in list(self._links.items()):
            if link.expires_at > now:
                break
            del self._links[id_]
        if len(self._links) >= _LINKS:
            raise RateLimited("too many links at once", retry_after=LINK_SECONDS / 10)
        id_ = secrets.token_hex(_ID_BYTES)
        self._links[id_] = _Link(now + LINK_SECONDS)
        return id_, now + LINK_SECONDS

    def put(self, id_: str, number: int, message: str, now: float) -> None:
        """Store the next message; the same one again is no other."""
        link = self._find(id_, now)
        size = len(message.encode())
        if not 0 < size <= LINK_MESSAGE_BYTES:
            raise BadRequest(
                "no message", field="message", seen=f"{size} bytes", limit=f"1 to {LINK_MESSAGE_BYTES} bytes"
            )
        if number < len(link.messages):
            if link.messages[number] != message:
                raise Conflict("this number is taken", field="number", seen=str(number))
            return
        if number > len(link.messages) or number >= LINK_MESSAGES:
            most = min(len(link.messages), LINK_MESSAGES - 1)
            raise BadRequest("not the next number", field="number", seen=str(number), limit=str(most))
        link.messages.append(message)
        link.news.set()
        link.news = asyncio.Event()

    async def wait_for(self, id_: str, number: int, now: float, patience: float) -> str | None:
        """Return a message, waiting for it a while; None if it did not come."""
        link = self._find(id_, now)
        try:
            async with asyncio.timeout(min(patience, max(0.0, link.expires_at - now))):
                while number >= len(link.messages):
                    await link.news.wait()
                    self._find(id_, now)
        except TimeoutError:
            return None
        return link.messages[number]

    def close(self, id_: str) -> None:
        """Forget a link; whoever waits is told."""
        link = self._links.pop(id_, None)
        if link is not None:
            link.news.set()

    def _find(self, id_: str, now: float) -> _Link:
        link = self._links.get(id_)
        if link is None or link.expires_at <= now:
            raise NotFound("no such link, or it has ended", field="id", seen=id_[:64])
        return link
