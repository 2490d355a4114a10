"""Brings the previews of accepted texts, each beside the others, so that a slow page holds up its own conversation alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from handschlag.database.errors import DatabaseError
from handschlag.gateway.actions.messages.await_preview import add_preview
from handschlag.telemetry.logs import get_logger

if TYPE_CHECKING:
    from handschlag.gateway.company import Company
    from handschlag.gateway.link_previews import AwaitedPreview
    from handschlag.gateway.running import Running

_log = get_logger(__name__)


class PreviewBringer:
    """The tasks that fetch one company's previews."""

    def __init__(self, running: Running, company: Company) -> None:
        self._running = running
        self._company = company
        self._tasks: set[asyncio.Task[None]] = set()
        company.bring_preview = self.bring

    async def stop(self) -> None:
        """Stop; what waits stays on disk, and leaves without its preview after the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def bring(self, awaited: AwaitedPreview) -> None:
        """Begin to fetch a message's preview."""
        task = asyncio.get_running_loop().create_task(self._bring(awaited))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, awaited: AwaitedPreview) -> None:
        try:
            await add_preview(self._running, self._company, awaited)
        except DatabaseError:
            raise
        except Exception:  # noqa: BLE001  the message leaves without it
            _log.exception("preview_not_brought", company=self._company.id, envelope=awaited.id)
