"""The templates a customer's device has fetched, and the text it shows of a message made with one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import msgspec

from handschlag.clock import Clock
from handschlag.content.bodies import TemplateMessage
from handschlag.device.outcomes import Opened
from handschlag.device.showing import Reader, TemplateWithheld, show_template
from handschlag.relay_client.http import RelayHttp
from handschlag.sandbox.records import Profile
from handschlag.wire.canonical import hash_of
from handschlag.wire.consent import Grant
from handschlag.wire.signed import SignedRecord

T = TypeVar("T")


class Patiently(Protocol):
    """Asks the relay until it answers."""

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what the call returns in the end."""
        ...


class TemplateShelf:
    """Definitions by their hash, fetched again when one is missing."""

    def __init__(self, http: RelayHttp, profile: Profile, clock: Clock, patiently: Patiently) -> None:
        self._http = http
        self._profile = profile
        self._clock = clock
        self._patiently = patiently
        self._texts: dict[str, str] = {}

    async def rendered(self, opened: Opened, content: TemplateMessage, stamp: SignedRecord | None) -> dict[str, Any]:
        """Return the message with its text, or what says that it is withheld."""
        if content.template not in self._texts:
            texts = await self._patiently(lambda: self._http.template_texts(self._profile.business))
            self._texts = {hash_of(text.encode()): text for text in texts.definitions}
        definition = self._texts.get(content.template)
        grants = {
            record.hash: msgspec.json.decode(record.record, type=Grant)
            for record in self._profile.records
            if '"type":"handschlag.grant.v1"' in record.record
        }
        reader = Reader(relay_key=self._profile.relay_key, grants=grants)
        try:
            shown = show_template(opened, definition=definition, stamp=stamp, reader=reader, now=self._clock.now())
        except TemplateWithheld as withheld:
            return {"type": "withheld", "withheld": {"check": withheld.check}}
        name = msgspec.json.decode(definition or "{}").get("name")
        return {
            "type": "template",
            "template": {"name": name, "category": opened.header.category},
            "rendered": msgspec.to_builtins(shown),
        }
