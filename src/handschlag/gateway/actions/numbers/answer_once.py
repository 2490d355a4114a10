"""Answers a request under an Idempotency-Key once: the same request later, or at the same moment, gets the first answer.

The life of an answer: the key is held in memory while the first request is worked on, and whoever comes with it waits. The answer's row
is put into the commit of the message it answers, so neither is there without the other. After a day the row is forgotten.
"""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from handschlag.gateway.errors import MessageRefused, RequestInvalid, shown
from handschlag.gateway.storage.idempotent_answers import KEEP_ANSWER, IdempotentAnswer, find_answer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from handschlag.gateway.running import Running

KEY_CHARACTERS = 255
# No company has this row number.
NO_COMPANY = 0
_REFUSED = msgspec.json.Decoder(str)


class Once(NamedTuple):
    """A key in use: `keep` puts an answer into the open commit."""

    keep: Callable[[bytes], None]


async def answer_once(
    running: Running, company: int, name: str, body: bytes, answer: Callable[[Once], Awaitable[bytes]]
) -> bytes:
    """Return what was answered to this key before, or what `answer` returns now; raises RequestInvalid for another body.

    `name` is the key (`check_key`), made unique within the company or, with NO_COMPANY, within the gateway.
    """
    asked = hashlib.sha256(body).digest()
    place = (company, name)
    while (first := running.answering.get(place)) is not None:
        await asyncio.shield(first)
    waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    running.answering[place] = waiting
    try:
        known = await running.store.read(lambda connection: find_answer(connection, company, name))
        now = running.clock.now()
        if known is not None and now - known.answered_at < running.settings.idempotency_seconds:
            return _again(known, asked)

        def put(failure: int, text: bytes) -> None:
            running.store.add(KEEP_ANSWER, (company, name, asked, failure, text, now))

        try:
            return await answer(Once(lambda text: put(0, text)))
        except MessageRefused as error:
            # The message is on disk, and so is what became of it.
            put(error.code, msgspec.json.encode(error.details))
            await running.store.flushed()
            raise
    finally:
        del running.answering[place]
        waiting.set_result(None)


def check_key(key: str) -> str:
    """Return a key within its limits; raises RequestInvalid."""
    if not key:
        raise RequestInvalid(f"Idempotency-Key: got nothing, expected 1 to {KEY_CHARACTERS} characters")
    if len(key) > KEY_CHARACTERS:
        raise RequestInvalid(f"Idempotency-Key: got {len(key)} characters, at most {KEY_CHARACTERS}")
    if not key.isprintable():
        raise RequestInvalid(f"Idempotency-Key: got {shown(key)}, expected printable characters")
    return key


def _again(known: IdempotentAnswer, asked: bytes) -> bytes:
    if known.request != asked:
        raise RequestInvalid(
            "Idempotency-Key: got a known key with another body than the first time, expected a new key"
        )
    if known.failure:
        raise MessageRefused(known.failure, _REFUSED.decode(known.answer))
    return known.answer
