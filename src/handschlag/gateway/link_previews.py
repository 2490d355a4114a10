"""What the running gateway knows of linked pages: a campaign with one link asks for its page once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from handschlag.content.link_preview import LinkPreview
from handschlag.wire.ids import EnvelopeId

# With their pictures a few megabytes.
_MOST_KNOWN = 500
# Links to files, which come from the same session, keep the other half of its places.
_FETCHED_AT_ONCE = 32


class AwaitedPreview(NamedTuple):
    """A message that waits for the preview of a link."""

    id: EnvelopeId
    link: str


@dataclass(slots=True)
class LinkPreviews:
    """Previews by company and link, each for a while; None where a page has nothing to show."""

    fetching: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_FETCHED_AT_ONCE))
    _known: OrderedDict[tuple[int, str], tuple[LinkPreview | None, float]] = field(default_factory=OrderedDict)

    def is_known(self, company: int, link: str, now: float) -> bool:
        """Whether what a page has to show was looked up a moment ago."""
        return self._known.get((company, link), (None, 0.0))[1] > now

    def find(self, company: int, link: str) -> LinkPreview | None:
        """Return what a known page has to show."""
        return self._known.get((company, link), (None, 0.0))[0]

    def remember(self, company: int, link: str, preview: LinkPreview | None, until: float) -> None:
        """Take this for what the page shows, until then."""
        self._known[company, link] = (preview, until)
        self._known.move_to_end((company, link))
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
