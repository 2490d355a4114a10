"""Waiting for a condition instead of for time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 10.0) -> None:
    """Return once the condition holds; it becomes true by what others do."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
