"""The control door's calls about messages: customers write, look at what their device opened, read, listen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from handschlag.content.message_id import message_id
from handschlag.content.receipts import PlayedReceipt, ReadReceipt
from handschlag.crypto.errors import FileNotOpened
from handschlag.relay_client.media import stream_file
from handschlag.sandbox.records import file_of, shown
from handschlag.sandbox.requests import json_answer, read_request, success
from handschlag.sandbox.requests import shown as shown_value
from handschlag.sandbox.writing import read_message

if TYPE_CHECKING:
    from handschlag.sandbox.running import Running

_encode = msgspec.json.Encoder().encode


class NamedMessage(msgspec.Struct):
    """POST /customers/{id}/read and /played."""

    message_id: str


class MessageDoors:
    """The handlers over a running sandbox."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def routes(self) -> list[web.RouteDef]:
        """Return the doors."""
        return [
            web.post("/customers/{id}/messages", self.post_message),
            web.get("/customers/{id}/messages", self.get_messages),
            web.get("/customers/{id}/media/{file}", self.get_file),
            web.post("/customers/{id}/read", self.post_read),
            web.post("/customers/{id}/played", self.post_played),
        ]

    async def post_message(self, request: web.Request) -> web.Response:
        """Let a customer write, send a file, answer, tap, react, edit or take back."""
        customer = self._running.customer(request)
        message = await read_message(request, customer)
        sealed: dict[str, Any] = msgspec.to_builtins(message)
        envelope = await customer.send("service", _encode(message), sealed)
        return web.json_response({"id": message_id(envelope)})

    async def get_messages(self, request: web.Request) -> web.Response:
        """List what a customer's device opened."""
        customer = self._running.customer(request)
        digits = re.sub(r"\D", "", self._running.connection.display_phone_number)
        files = f"/customers/{customer.profile.id}/media"
        listed = [shown(entry, digits, files) for entry in list(customer.entries.values()) if entry.incoming]
        return json_answer({"messages": listed})

    async def get_file(self, request: web.Request) -> web.StreamResponse:
        """Download a file that stands in a message, opened by the customer's device."""
        customer = self._running.customer(request)
        wanted = request.match_info["file"]
        file = next((f for e in list(customer.entries.values()) if (f := file_of(e.message, wanted))), None)
        if file is None:
            raise web.HTTPNotFound(reason=f"file: got {shown_value(wanted)}, which is in no message of this customer")
        pieces = stream_file(customer.http, file)
        try:
            first = await anext(pieces)
        except FileNotOpened:
            raise ValueError(f"file: got {shown_value(wanted)}, which does not open: it is not what was sent") from None
        response = web.StreamResponse(headers={"Content-Type": file.mime_type, "X-Content-Type-Options": "nosniff"})
        response.content_length = file.file_size
        await response.prepare(request)
        await response.write(first)
        async for piece in pieces:
            await response.write(piece)
        return response

    async def post_read(self, request: web.Request) -> web.Response:
        """Let a customer read a message."""
        customer = self._running.customer(request)
        entry = customer.received((await read_request(request, NamedMessage)).message_id)
        now = int(self._running.clock.now())
        await customer.send("receipt", _encode(ReadReceipt(read=[entry.envelope], at=now)))
        return success()

    async def post_played(self, request: web.Request) -> web.Response:
        """Let a customer listen to a voice note."""
        customer = self._running.customer(request)
        named = (await read_request(request, NamedMessage)).message_id
        entry = customer.received(named)
        if entry.message.get("type") != "audio":
            raise ValueError(f"message_id: got {shown_value(named)}, expected a message of type audio")
        now = int(self._running.clock.now())
        await customer.send("receipt", _encode(PlayedReceipt(played=[entry.envelope], at=now)))
        return success()
