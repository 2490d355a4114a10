"""Clears away expired events, again and again."""

from __future__ import annotations

import asyncio

from handschlag.relay.actions.expire_events import expire_events
from handschlag.relay.context import Context
from handschlag.telemetry.logs import get_logger

_log = get_logger(__name__)


async def run_expiry(context: Context) -> None:
    """Look every few seconds, as the settings say, until cancelled."""
    while True:
        try:
            count = await expire_events(context)
        except Exception:
            _log.exception("expiry_failed")
            raise
        if count:
            _log.info("events_expired", count=count)
        context.metrics.commit_seconds.set(context.store.last_commit_seconds)
        context.metrics.queue_depth.set(context.store.queue_depth)
        await asyncio.sleep(context.settings.expiry_seconds)
