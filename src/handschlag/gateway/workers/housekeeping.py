"""Forgets what is of no use any more, such as ids of envelopes that no relay can bring again, and what the settings keep no longer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from handschlag.gateway.actions.media.clear_media import clear_media
from handschlag.gateway.actions.messages.forget_old_words import forget_old_words
from handschlag.gateway.actions.numbers.forget_answers import forget_old_answers
from handschlag.gateway.actions.webhooks.forget_old_deliveries import forget_old_deliveries
from handschlag.gateway.storage.device_state import forget_opened

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_EVERY_SECONDS = 3600.0


async def keep_house(running: Running) -> None:
    """Clear away once an hour, until cancelled."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        now = running.clock.now()
        await running.store.write(lambda connection: forget_opened(connection, now=now))  # noqa: B023  awaited here
        await forget_old_answers(running)
        await forget_old_deliveries(running)
        await forget_old_words(running)
        await clear_media(running)
