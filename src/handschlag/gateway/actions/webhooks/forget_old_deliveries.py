"""Forgets deliveries and unread events whose time is over, a few at a time so that what is new need not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.storage.webhook_log import forget_attempts
from handschlag.gateway.storage.webhook_queue import forget_read_events

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_AT_ONCE = 1000


async def forget_old_deliveries(running: Running) -> None:
    """Remove what is older than the settings say."""
    now, settings = running.clock.now(), running.settings
    logged_before, read_before = now - settings.webhook_log_seconds, now - settings.webhook_events_seconds
    while await running.store.write(lambda c: forget_attempts(c, before=logged_before, most=_AT_ONCE)):
        pass
    while await running.store.write(lambda c: forget_read_events(c, before=read_before, most=_AT_ONCE)):
        pass
