"""The sandbox's control door: simulated customers and the clock (docs/reference/sandbox.md)."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal, cast, get_args

import msgspec
from aiohttp import web

from handschlag.content.errors import ContentError
from handschlag.content.introduction import Introduction, check_introduction
from handschlag.content.message_id import message_id
from handschlag.gateway.actions.numbers.verify_number import code_file
from handschlag.relay_client.errors import RelayError
from handschlag.sandbox.clock import parse_advance
from handschlag.sandbox.customer import Customer
from handschlag.sandbox.flow_forms import FilledForm
from handschlag.sandbox.joining import agree, withdraw
from handschlag.sandbox.message_doors import MessageDoors
from handschlag.sandbox.requests import json_answer, read_request, success
from handschlag.sandbox.requests import shown as shown_value
from handschlag.sandbox.running import Running
from handschlag.telemetry.logs import get_logger
from handschlag.wire.consent import PURPOSES, Language, Purpose
from handschlag.wire.errors import WireError

_log = get_logger(__name__)
_NUMBER = re.compile(r"\+?[1-9]\d{6,14}")
# A document of 100 MB in base64.
_BODY_BYTES = 160 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class NewCustomer(msgspec.Struct):
    """POST /customers."""

    name: str
    phone_number: str | None = None
    consent: list[str] = []
    language: str = "en"


class Purposes(msgspec.Struct):
    """POST /customers/{id}/consent."""

    purposes: list[str]


class WithdrawnPurposes(msgspec.Struct):
    """POST /customers/{id}/withdraw."""

    purposes: list[str] | Literal["*"] = "*"


class Control:
    """The door's handlers over a running sandbox."""

    def __init__(self, running: Running, more: Iterable[web.RouteDef] = ()) -> None:
        self._running = running
        self._more = more

    def application(self) -> web.Application:
        """Return the door."""
        application = web.Application(middlewares=[_errors_as_json], client_max_size=_BODY_BYTES)
        application.add_routes(
            [
                web.get("/", self.get_doors),
                web.get("/customers", self.get_customers),
                web.post("/customers", self.post_customer),
                web.get("/customers/{id}", self.get_customer),
                web.delete("/customers/{id}", self.delete_customer),
                *MessageDoors(self._running).routes(),
                web.get("/customers/{id}/flows", self.get_flow),
                web.post("/customers/{id}/flows", self.post_flow),
                web.post("/customers/{id}/consent", self.post_consent),
                web.post("/customers/{id}/withdraw", self.post_withdraw),
                web.post("/customers/{id}/block", self.post_block),
                web.post("/customers/{id}/unblock", self.post_unblock),
                web.post("/customers/{id}/offline", self.post_offline),
                web.post("/customers/{id}/online", self.post_online),
                web.get("/verification_code", self.get_verification_code),
                web.get("/text_messages", self.get_text_messages),
                web.get("/clock", self.get_clock),
                web.post("/clock", self.post_clock),
                *self._more,
            ]
        )
        return application

    async def get_doors(self, request: web.Request) -> web.Response:
        """List what this door offers, each call with its sentence."""
        doors = {
            f"{route.method} {route.resource.canonical}": (route.handler.__doc__ or "").partition("\n")[0]
            for route in request.app.router.routes()
            if route.method != "HEAD" and route.resource is not None
        }
        return json_answer({"doors": doors})

    async def get_customers(self, _request: web.Request) -> web.Response:
        """List all simulated customers."""
        listed = [await self._shown(customer) for customer in self._running.customers.all()]
        return json_answer({"customers": listed})

    async def get_customer(self, request: web.Request) -> web.Response:
        """Show one customer, whether the company writes just now, and how far the messages they wrote are."""
        customer = self._running.customer(request)
        wrote = [entry for entry in customer.entries.values() if not entry.incoming]
        sent = [{"id": message_id(entry.envelope), "status": entry.status or "waiting"} for entry in wrote]
        found = {**await self._shown(customer), "sees_typing": customer.sees_typing, "sent": sent}
        return json_answer(found)

    async def _shown(self, customer: Customer) -> dict[str, Any]:
        contact = await self._running.contact_of(customer.profile.account)
        return {
            "id": customer.profile.id,
            "name": customer.profile.name,
            "wa_id": contact.wa_id,
            "user_id": contact.user_id,
            "online": not customer.profile.offline,
        }

    async def post_customer(self, request: web.Request) -> web.Response:
        """Make a customer, and answer once the gateway knows them."""
        wanted = await read_request(request, NewCustomer)
        name = wanted.name.strip()
        try:
            check_introduction(Introduction(name=name))
        except WireError as error:
            raise ValueError(str(error).removeprefix("introduction.")) from None
        number = wanted.phone_number
        if number is not None:
            digits = re.sub(r"[\s()./-]", "", number)
            if not _NUMBER.fullmatch(digits):
                raise ValueError(f"phone_number: got {shown_value(number)}, expected + and 7 to 15 digits")
            number = "+" + digits.lstrip("+")
        if wanted.language not in get_args(Language):
            raise ValueError(f"language: got {shown_value(wanted.language)}, expected 'en' or 'de'")
        customer = await self._running.customers.make(
            name,
            phone_number=number,
            purposes=_purposes("consent", wanted.consent),
            language=cast("Language", wanted.language),
        )
        contact = await self._running.contact_of(customer.profile.account)
        return web.json_response({"id": customer.profile.id, "wa_id": contact.wa_id, "user_id": contact.user_id})

    async def delete_customer(self, request: web.Request) -> web.Response:
        """Let a customer erase the account, for ever."""
        await self._running.customers.erase(self._running.customer(request))
        return success()

    async def get_flow(self, request: web.Request) -> web.Response:
        """Show the screen of a message's form (`message_id`) as a customer sees it, as text."""
        customer = self._running.customer(request)
        # A plus sign in an address is read as a blank, which no wamid holds.
        entry = customer.received(request.query.get("message_id", "").replace(" ", "+"))
        return json_answer(await customer.forms.look(entry))

    async def post_flow(self, request: web.Request) -> web.Response:
        """Let a customer fill in the form of a message, and finish it."""
        customer = self._running.customer(request)
        wanted = await read_request(request, FilledForm)
        return json_answer(await customer.forms.fill(customer.received(wanted.message_id), wanted))

    async def post_consent(self, request: web.Request) -> web.Response:
        """Let a customer agree; what was agreed to before stays."""
        customer = self._running.customer(request)
        wanted = await read_request(request, Purposes)
        more = _purposes("purposes", wanted.purposes)
        if not more:
            raise ValueError(f"purposes: got none, expected some of {', '.join(PURPOSES)}")
        states = (await customer.http.consent()).businesses
        before = next((s.purposes for s in states if s.business == customer.profile.business), [])
        purposes = [p for p in PURPOSES if p in before or p in more]
        await agree(customer, self._running.clock, await self._running.customers.card(), purposes)
        return success()

    async def post_withdraw(self, request: web.Request) -> web.Response:
        """Let a customer withdraw."""
        customer = self._running.customer(request)
        wanted = (await read_request(request, WithdrawnPurposes)).purposes
        purposes: list[Purpose] | Literal["*"] = "*" if wanted == "*" else _purposes("purposes", wanted)
        await withdraw(customer, self._running.clock, purposes)
        return success()

    async def post_block(self, request: web.Request) -> web.Response:
        """Let a customer block the company."""
        customer = self._running.customer(request)
        await customer.http.block(customer.profile.business)
        return success()

    async def post_unblock(self, request: web.Request) -> web.Response:
        """Let a customer lift the block."""
        customer = self._running.customer(request)
        await customer.http.unblock(customer.profile.business)
        return success()

    async def post_offline(self, request: web.Request) -> web.Response:
        """Take a customer's device off the net."""
        customer = self._running.customer(request)
        customer.profile.offline = True
        await customer.disconnect()
        await customer.flush_identity()
        return success()

    async def post_online(self, request: web.Request) -> web.Response:
        """Bring a customer's device back."""
        customer = self._running.customer(request)
        customer.profile.offline = False
        await customer.flush_identity()
        await customer.connect()
        return success()

    async def get_text_messages(self, request: web.Request) -> web.Response:
        """Show the text messages that the relay sent, with the code in each; `?number=` shows those to one number."""
        found = self._running.text_messages.all(request.query.get("number", ""))
        return json_answer({"text_messages": [msgspec.to_builtins(one) for one in found]})

    async def get_verification_code(self, _request: web.Request) -> web.Response:
        """Show the code that `request_code` sent last, as a telephone would; null before the first."""
        gateway = self._running.gateway.running
        file = code_file(gateway, gateway.companies[self._running.company.id])
        return json_answer({"code": file.read_text() if file.exists() else None})

    async def get_clock(self, _request: web.Request) -> web.Response:
        """Tell the sandbox's time."""
        return web.json_response({"now": self._running.clock.now()})

    async def post_clock(self, request: web.Request) -> web.Response:
        """Move the sandbox's time forward, and let everything that is due happen."""
        wanted = await read_request(request, dict[str, Any])
        await self._running.advance(parse_advance(wanted.get("advance")))
        return web.json_response({"now": self._running.clock.now()})


def _purposes(field: str, given: list[str]) -> list[Purpose]:
    for purpose in given:
        if purpose not in PURPOSES:
            raise ValueError(f"{field}: got {shown_value(purpose)}, expected some of {', '.join(PURPOSES)}")
    return cast("list[Purpose]", given)


@web.middleware
async def _errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except (ValueError, WireError, ContentError) as error:
        return _error(400, str(error))
    except RelayError as error:
        return _error(409, str(error))
    except web.HTTPMethodNotAllowed as error:
        return _error(405, f"method: got {error.method}, expected {' or '.join(sorted(error.allowed_methods))}")
    except web.HTTPException as error:
        text = (
            error.reason
            if error.reason != "Not Found"
            else f"path: got {request.path[:80]}, see GET / for what is here"
        )
        return _error(error.status, text)
    except TimeoutError:
        return _error(504, "the gateway has not seen this customer yet: ask again")
    except Exception as error:  # noqa: BLE001  the door is where errors end
        _log.error("request_failed", exc_info=error, method=request.method)
        return _error(500, "an internal error; its place stands in sandbox.log")


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message}}, status=status)
