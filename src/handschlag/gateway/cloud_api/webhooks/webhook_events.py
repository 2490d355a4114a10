"""`GET /{app_id}/webhook_events`, which is this gateway's own: events in order, for programs that nobody can call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import Meta

from handschlag.gateway.actions.webhooks.set_subscription import WHATSAPP_OBJECT
from handschlag.gateway.cloud_api.shapes import Names, RowNumber
from handschlag.gateway.errors import RequestInvalid
from handschlag.gateway.storage.webhook_queue import EventsPage, QueuedEvent, page_events

if TYPE_CHECKING:
    from handschlag.gateway.cloud_api.call import Call

MOST_EVENTS = 500
LONGEST_WAIT = 30
# When only some fields are asked for, the others are passed over a portion at a time.
_LOOK_AT = 5000


class ReadEvents(msgspec.Struct):
    """Which events, and for how long to wait for one."""

    after: RowNumber = 0
    limit: Annotated[int, Meta(ge=1, le=MOST_EVENTS)] = 100
    fields: Names = ()
    wait: Annotated[int, Meta(ge=0, le=LONGEST_WAIT)] = 0


async def read_events(call: Call) -> object:
    """Return the events after a cursor; with `wait` the request stays open until there is one, or the seconds are over.

    Asking for what comes after a cursor says that everything up to it has arrived: nothing else is noted, nothing is removed.
    """
    app_id = call.app()
    asked = await call.read(ReadEvents)
    feed = call.running.publisher.feed_of(app_id)
    if feed is None:
        raise RequestInvalid(
            "webhook_events: this app's events are not kept, expected POST /{app_id}/subscriptions with delivery=cursor first"
        )
    after, number = asked.after, feed.subscription.id
    time = asyncio.get_running_loop().time
    until = time() + asked.wait
    while True:
        # Before reading, so that what comes meanwhile is news.
        news = feed.next_news()
        found = await call.running.store.read(
            lambda c: page_events(c, number, after=after, limit=asked.limit, fields=asked.fields, look_at=_LOOK_AT)  # noqa: B023  read at once
        )
        moved, after = found.looked_until > after, found.looked_until
        if found.events or time() >= until or feed.closed:
            return _answer(found)
        if not moved:
            await asyncio.wait([news], timeout=max(0.0, until - time()))


def _answer(found: EventsPage) -> dict[str, Any]:
    return {
        "data": [_node(event) for event in found.events],
        "paging": {"cursors": {"after": str(found.looked_until)}},
    }


def _node(event: QueuedEvent) -> dict[str, Any]:
    return {
        "id": str(event.sequence),
        "time": int(event.created_at),
        "object": WHATSAPP_OBJECT,
        "entry": [msgspec.Raw(event.entry)],
    }
