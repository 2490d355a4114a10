"""`Idempotency-Key` on calls other than sending: their first answer is kept right after what they changed, not with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from handschlag.gateway.actions.numbers.answer_once import NO_COMPANY, Once, answer_once, check_key
from handschlag.gateway.cloud_api.paths import ID, UPLOAD
from handschlag.gateway.webhooks.bodies import ascii_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handschlag.gateway.cloud_api.call import Call

_encode = msgspec.json.Encoder(order="sorted").encode
# Sending keeps the key in the commit of the message; files are too large to be compared.
_NOT_HERE = frozenset({(ID, "messages"), (ID, "media"), (ID, "assets"), (UPLOAD,)})


def key_of(call: Call) -> str | None:
    """Return the key that this module has to look after, None for all other requests."""
    if call.request.method != "POST" or call.path.pattern in _NOT_HERE:
        return None
    return call.request.headers.get("Idempotency-Key")


async def answer_call_once(call: Call, key: str, handler: Callable[[Call], Awaitable[object]]) -> bytes:
    """Return the first answer to this key on this path by this app; raises RequestInvalid for another body."""
    name = f"{call.caller.app_id} /{call.path.node}/{'/'.join(call.path.pattern[1:])}/{call.path.item} {check_key(key)}"

    async def answer(once: Once) -> bytes:
        answered: Any = await handler(call)
        text: bytes = answered if isinstance(answered, bytes) else ascii_json(answered)
        once.keep(text)
        await call.running.store.flushed()
        return text

    return await answer_once(call.running, NO_COMPANY, name, _encode(await call.parameters()), answer)
