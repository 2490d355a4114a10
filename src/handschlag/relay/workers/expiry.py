"""Clears away expired events, files and backups, again and again."""

from __future__ import annotations

import asyncio

from handschlag.relay.actions.accounts.erase_account import expire_erasures
from handschlag.relay.actions.backups.expire_backups import expire_backups
from handschlag.relay.actions.envelopes.expire_events import expire_events
from handschlag.relay.actions.media.expire_media import expire_media
from handschlag.relay.actions.numbers.expire_codes import expire_codes
from handschlag.relay.context import Context
from handschlag.telemetry.logs import get_logger

_log = get_logger(__name__)


async def run_expiry(context: Context) -> None:
    """Look every few seconds, as the settings say, until cancelled."""
    while True:
        try:
            count = await expire_events(context)
            await expire_media(context)
            await expire_backups(context)
            await expire_codes(context)
            await expire_erasures(context)
        except Exception:  # noqa: BLE001  a database that was away for a moment must not end expiry for good
            _log.exception("expiry_failed")
            count = 0
        if count:
            _log.info("events_expired", count=count)
        await asyncio.sleep(context.settings.expiry_seconds)
