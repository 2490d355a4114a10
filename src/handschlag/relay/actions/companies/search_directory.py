"""Searches the companies that want to be found."""

from __future__ import annotations

from handschlag.relay.context import Context
from handschlag.relay.errors import BadRequest, NotFound
from handschlag.relay.rules.company_search import QUERY_CHARACTERS, search
from handschlag.wire.directory import DirectoryPage

_PAGE = 20


async def search_directory(context: Context, query: str, category: str, after: str) -> DirectoryPage:
    """Return a page of the companies that fit, after the one with this handle."""
    if not context.settings.directory:
        raise NotFound("this relay has no directory")
    if len(query) > QUERY_CHARACTERS:
        raise BadRequest(
            "too long", field="query", seen=f"{len(query)} characters", limit=f"at most {QUERY_CHARACTERS} characters"
        )
    fitting, categories = search(await context.listed.all(), query, category)
    start = 0
    if after:
        handles = [one.card.handle for one in fitting]
        if after not in handles:
            raise BadRequest("no company of this page", field="after", seen=after[:40], limit="the `after` of a page")
        start = handles.index(after) + 1
    page = fitting[start : start + _PAGE]
    more = len(fitting) > start + _PAGE
    return DirectoryPage([one.card for one in page], categories, page[-1].card.handle if more else "")
