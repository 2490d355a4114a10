"""Reads a large body piece by piece, with a limit on how slowly it may come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from handschlag.gateway.cloud_api.request_body import BODY_SECONDS
from handschlag.gateway.errors import BodyTooSlow
from handschlag.wire.limits import MEDIA_BYTES

# Slower than this, an upload holds a connection for nobody's good.
_LEAST_BYTES_PER_SECOND = 8 * 1024


async def paced(read: Callable[[], Awaitable[bytes]], *, most: int = MEDIA_BYTES) -> AsyncIterator[bytes]:
    """Yield what `read` returns until it returns nothing; raises BodyTooSlow."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + BODY_SECONDS + most / _LEAST_BYTES_PER_SECOND
    while True:
        try:
            async with asyncio.timeout(min(BODY_SECONDS, max(0.0, deadline - loop.time()))):
                piece = await read()
        except TimeoutError:
            raise BodyTooSlow(
                f"body: got nothing for a while, expected a piece every {BODY_SECONDS:g} s and {_LEAST_BYTES_PER_SECOND} bytes a second"
            ) from None
        if not piece:
            return
        yield piece
