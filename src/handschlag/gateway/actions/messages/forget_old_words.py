"""Forgets what was said longer ago than the company keeps it, a few at a time so that what is new need not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.storage.erased_customers import delete_old_words

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_AT_ONCE = 200


async def forget_old_words(running: Running) -> None:
    """Remove what is older than the setting says; without one, nothing is ever removed by age."""
    kept = running.settings.messages_seconds
    if not kept:
        return
    before = running.clock.now() - kept
    while await running.store.write(lambda connection: delete_old_words(connection, before=before, most=_AT_ONCE)):
        pass
