"""Forgets answers whose Idempotency-Key is too old to be asked for again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.storage.idempotent_answers import forget_answers

if TYPE_CHECKING:
    from handschlag.gateway.running import Running


async def forget_old_answers(running: Running) -> None:
    """Delete what is over."""
    before = running.clock.now() - running.settings.idempotency_seconds
    await running.store.write(lambda connection: forget_answers(connection, before=before))
