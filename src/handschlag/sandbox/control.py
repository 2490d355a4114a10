"""The sandbox's control door: simulated customers and the clock (docs/reference/sandbox.md)."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec
from aiohttp import web

from handschlag.content.errors import ContentError
from handschlag.content.message_id import message_id, parse_message_id
from handschlag.content.receipts import ReadReceipt
from handschlag.content.text import parse_text
from handschlag.relay_client.errors import RelayError
from handschlag.sandbox.clock import parse_advance
from handschlag.sandbox.customer import Customer, shown
from handschlag.sandbox.joining import agree, withdraw
from handschlag.sandbox.running import Running
from handschlag.wire.consent import PURPOSES, Language, Purpose
from handschlag.wire.errors import WireError

_NUMBER = re.compile(r"\+?[1-9]\d{6,14}")
_NAME_CHARACTERS = 100
_encode = msgspec.json.Encoder().encode
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NewCustomer(msgspec.Struct):
    """POST /customers."""

    name: str
    phone_number: str | None = None
    consent: list[Purpose] = []
    language: Language = "en"


class Purposes(msgspec.Struct):
    """POST /customers/{id}/consent."""

    purposes: list[Purpose]


class WithdrawnPurposes(msgspec.Struct):
    """POST /customers/{id}/withdraw."""

    purposes: list[Purpose] | Literal["*"] = "*"


class ReadMessage(msgspec.Struct):
    """POST /customers/{id}/read."""

    message_id: str


class Control:
    """The door's handlers over a running sandbox."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def application(self) -> web.Application:
        """Return the door."""
        application = web.Application(middlewares=[_errors_as_json], client_max_size=1024 * 1024)
        application.add_routes(
            [
                web.post("/customers", self.post_customer),
                web.post("/customers/{id}/messages", self.post_message),
                web.get("/customers/{id}/messages", self.get_messages),
                web.post("/customers/{id}/read", self.post_read),
                web.post("/customers/{id}/consent", self.post_consent),
                web.post("/customers/{id}/withdraw", self.post_withdraw),
                web.post("/customers/{id}/block", self.post_block),
                web.post("/customers/{id}/unblock", self.post_unblock),
                web.post("/customers/{id}/offline", self.post_offline),
                web.post("/customers/{id}/online", self.post_online),
                web.get("/clock", self.get_clock),
                web.post("/clock", self.post_clock),
            ]
        )
        return application

    async def post_customer(self, request: web.Request) -> web.Response:
        """Make a customer, and answer once the gateway knows them."""
        wanted = await _read(request, NewCustomer)
        name = wanted.name.strip()
        if not 1 <= len(name) <= _NAME_CHARACTERS:
            raise ValueError(f"name: got {len(name)} characters, expected 1 to {_NAME_CHARACTERS}")
        number = wanted.phone_number
        if number is not None:
            digits = re.sub(r"[\s()./-]", "", number)
            if not _NUMBER.fullmatch(digits):
                raise ValueError(f"phone_number: got {number!r}, expected + and 7 to 15 digits")
            number = "+" + digits.lstrip("+")
        customer = await self._running.customers.make(
            name, phone_number=number, purposes=wanted.consent, language=wanted.language
        )
        contact = await self._running.contact_of(customer.profile.account)
        return web.json_response({"id": customer.profile.id, "wa_id": contact.wa_id, "user_id": contact.user_id})

    async def post_message(self, request: web.Request) -> web.Response:
        """Let a customer write."""
        customer = self._customer(request)
        wanted = await _read(request, dict[str, Any])
        kind = wanted.get("type", "text")
        if kind != "text":
            raise ValueError(f"type: got {kind!r}, expected text")
        message: dict[str, Any] = {"type": "text", "text": {"body": parse_text(wanted.get("text")).body}}
        context = wanted.get("context")
        if isinstance(context, dict) and "message_id" in context:
            context = {"id": context["message_id"]}
        if context:
            parse_message_id(str(context.get("id")), "context.id")
            message["context"] = {"id": context["id"]}
        envelope = await customer.send("service", _encode(message), message)
        return web.json_response({"id": message_id(envelope)})

    async def get_messages(self, request: web.Request) -> web.Response:
        """List what a customer's device opened."""
        customer = self._customer(request)
        number = self._running.connection.display_phone_number
        digits = re.sub(r"\D", "", number)
        listed = [shown(entry, digits) for entry in list(customer.entries.values()) if entry.incoming]
        return web.json_response({"messages": listed}, dumps=_dumps)

    async def post_read(self, request: web.Request) -> web.Response:
        """Let a customer read a message."""
        customer = self._customer(request)
        wanted = await _read(request, ReadMessage)
        entry = customer.entry_by_message_id(wanted.message_id)
        if entry is None or not entry.incoming:
            raise ValueError(f"message_id: got {wanted.message_id!r}, expected a message this customer received")
        now = int(self._running.clock.now())
        await customer.send("receipt", _encode(ReadReceipt(read=[entry.envelope], at=now)))
        return _success()

    async def post_consent(self, request: web.Request) -> web.Response:
        """Let a customer agree; what was agreed to before stays."""
        customer = self._customer(request)
        wanted = await _read(request, Purposes)
        if not wanted.purposes:
            raise ValueError(f"purposes: got none, expected some of {', '.join(PURPOSES)}")
        states = (await customer.http.consent()).businesses
        before = next((s.purposes for s in states if s.business == customer.profile.business), [])
        purposes = [p for p in PURPOSES if p in before or p in wanted.purposes]
        await agree(customer, self._running.clock, await self._running.customers.card(), purposes)
        return _success()

    async def post_withdraw(self, request: web.Request) -> web.Response:
        """Let a customer withdraw."""
        customer = self._customer(request)
        await withdraw(customer, self._running.clock, (await _read(request, WithdrawnPurposes)).purposes)
        return _success()

    async def post_block(self, request: web.Request) -> web.Response:
        """Let a customer block the company."""
        customer = self._customer(request)
        await customer.http.block(customer.profile.business)
        return _success()

    async def post_unblock(self, request: web.Request) -> web.Response:
        """Let a customer lift the block."""
        customer = self._customer(request)
        await customer.http.unblock(customer.profile.business)
        return _success()

    async def post_offline(self, request: web.Request) -> web.Response:
        """Take a customer's device off the net."""
        customer = self._customer(request)
        customer.profile.offline = True
        await customer.disconnect()
        await customer.flush_identity()
        return _success()

    async def post_online(self, request: web.Request) -> web.Response:
        """Bring a customer's device back."""
        customer = self._customer(request)
        customer.profile.offline = False
        await customer.flush_identity()
        await customer.connect()
        return _success()

    async def get_clock(self, _request: web.Request) -> web.Response:
        """Tell the sandbox's time."""
        return web.json_response({"now": self._running.clock.now()})

    async def post_clock(self, request: web.Request) -> web.Response:
        """Move the sandbox's time forward, and let everything that is due happen."""
        wanted = await _read(request, dict[str, Any])
        await self._running.advance(parse_advance(wanted.get("advance")))
        return web.json_response({"now": self._running.clock.now()})

    def _customer(self, request: web.Request) -> Customer:
        customer = self._running.customers.find(request.match_info["id"])
        if customer is None:
            raise web.HTTPNotFound(reason="no such customer")
        return customer


def _success() -> web.Response:
    return web.json_response({"success": True})


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


async def _read(request: web.Request, kind: Any) -> Any:
    try:
        return msgspec.json.decode(await request.read() or b"{}", type=kind)
    except msgspec.DecodeError as error:
        raise ValueError(str(error)) from None


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (ValueError, WireError, ContentError) as error:
        return _error(400, str(error))
    except RelayError as error:
        return _error(409, str(error))
    except web.HTTPException as error:
        return _error(error.status, error.reason)


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message}}, status=status)
