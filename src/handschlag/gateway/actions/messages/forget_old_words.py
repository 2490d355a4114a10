"""Forgets what was said longer ago than the company keeps it, a few at a time so that what is new need not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handschlag.gateway.storage.erased_customers import delete_words_of, list_old_words

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_LISTED = 10_000
_AT_ONCE = 200


async def forget_old_words(running: Running) -> None:
    """Remove what is older than the setting says; without one, nothing is ever removed by age.

    Finding them reads the tables from end to end: that is done beside the writer, and once for many.
    """
    kept = running.settings.messages_seconds
    if not kept:
        return
    before, more = running.clock.now() - kept, True
    while more:
        received, sent = await running.store.read(
            lambda connection: list_old_words(connection, before=before, most=_LISTED)
        )
        more = _LISTED in {len(received), len(sent)}
        for first in range(0, max(len(received), len(sent)), _AT_ONCE):
            these = received[first : first + _AT_ONCE], sent[first : first + _AT_ONCE]
            await running.store.write(lambda connection: delete_words_of(connection, *these))  # noqa: B023  awaited here
