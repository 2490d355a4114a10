"""Starts relay, gateway, messenger and control on four ports of this machine, with the demo airline, and stops them again."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

import aiohttp
import msgspec
from aiohttp import web
from sqlalchemy import Connection as DatabaseConnection

from handschlag.clock import MovableClock
from handschlag.database.schema import upgrade_schema
from handschlag.database.store import Store
from handschlag.database.visitor import Visitor
from handschlag.gateway.actions.companies.change_profile import change_conversational, change_profile
from handschlag.gateway.actions.companies.create_token import create_token
from handschlag.gateway.actions.companies.enrol_company import EnrolRequest, enrol_company
from handschlag.gateway.actions.companies.set_offer import set_offer
from handschlag.gateway.actions.templates.add_template import add_template
from handschlag.gateway.app import Gateway, create_gateway
from handschlag.gateway.rules.click_to_chat import click_to_chat_url, public_master_key
from handschlag.gateway.settings import GatewaySettings
from handschlag.gateway.storage.companies import CompanyRow, list_companies, store_relay_url
from handschlag.messenger.app import Messenger
from handschlag.relay.app import Relay, create_relay
from handschlag.relay.settings import RelaySettings
from handschlag.sandbox import airline
from handschlag.sandbox.airline_picture import airline_picture
from handschlag.sandbox.connection import Connection
from handschlag.sandbox.control import Control
from handschlag.sandbox.customers import Customers
from handschlag.sandbox.running import Running
from handschlag.sandbox.storage import STORE_FACT, find_fact
from handschlag.sandbox.text_messages import Show, TextMessages

HOST = "127.0.0.1"
CONNECTION_FILE = "sandbox.json"
_GATEWAY_LIMITS = frozenset(
    {"messages_per_second", "pair_burst", "management_calls_per_hour", "template_creations_per_hour"}
)
_MIGRATIONS = Path(__file__).parent / "migrations"
_CONNECT_SECONDS = 20.0

Progress = Callable[[str], None]


class PortInUse(Exception):
    """Somebody listens on one of the four ports."""


class Sandbox:
    """The whole of Handschlag in this process."""

    def __init__(
        self,
        data: Path,
        port_base: int,
        progress: Progress,
        more_doors: Iterable[web.RouteDef] = (),
        *,
        show_text_message: Show = lambda _number, _text: None,
    ) -> None:
        self._data = data.resolve()
        self._ports = range(port_base, port_base + 4)
        self._progress = progress
        self._more_doors = more_doors
        self._stack = contextlib.AsyncExitStack()
        self.clock = MovableClock()
        self._text_messages = TextMessages(self.clock, show_text_message)
        self._running: Running | None = None

    @property
    def running(self) -> Running:
        """The parts of a started sandbox."""
        assert self._running is not None, "the sandbox was not started"
        return self._running

    async def start(self) -> Connection:
        """Start everything and return what a program needs to talk to it."""
        _check_ports(self._ports)
        self._data.mkdir(parents=True, exist_ok=True)
        store = await self._open_store()
        ahead = await store.read(lambda connection: find_fact(connection, "clock_ahead"))
        self.clock.advance(float(ahead or 0))
        self._progress("relay")
        relay = await self._start_relay()
        self._progress("gateway")
        gateway = await self._start_gateway(relay.url)
        company = await self._company(relay, gateway)
        self._progress("messenger")
        messenger = Messenger(relay_url=relay.url, host=HOST, port=self._ports[2])
        await messenger.start()
        self._stack.push_async_callback(messenger.stop)
        connection = await self._connection(store, relay, gateway, messenger, company)
        self._progress("customers")
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        master_key = public_master_key(company.master_key)
        customers = Customers(
            store, self.clock, session, relay_url=relay.url, handle=company.handle, master_key=master_key,
            attest=relay.attest_number,
        )  # fmt: skip
        self._stack.push_async_callback(customers.close)
        await customers.load()
        self._running = Running(self.clock, store, relay, gateway, company, customers, connection, self._text_messages)
        await self._start_control(self._running)
        (self._data / CONNECTION_FILE).write_bytes(msgspec.json.encode(connection))
        (self._data / CONNECTION_FILE).chmod(0o600)
        return connection

    async def stop(self) -> None:
        """Stop everything, the last started first."""
        await self._stack.aclose()

    async def _open_store(self) -> Store:
        url = f"sqlite:///{self._data / 'sandbox.sqlite3'}"
        await upgrade_schema(url, _MIGRATIONS)
        store = Store(url)
        await store.start()
        self._stack.push_async_callback(store.close)
        return store

    async def _start_relay(self) -> Relay:
        settings = RelaySettings(
            name="localhost",
            data=self._data / "relay",
            host=HOST,
            port=self._ports[0],
            allowed_origins=[f"http://{name}:{self._ports[2]}" for name in (HOST, "localhost")],
            accounts_per_hour=0,
            logins_per_minute=0,
            cards_per_minute=0,
            calls_per_minute=0,
            claims_per_minute=0,
            directory_calls_per_minute=0,
            codes_per_account_per_day=0,
            codes_per_number_per_day=0,
            codes_per_address_per_day=0,
            codes_per_day=0,
        )
        relay = create_relay(settings, self.clock, self._text_messages)
        await relay.start()
        self._stack.push_async_callback(relay.stop)
        return relay

    async def _start_gateway(self, relay_url: str) -> Gateway:
        # Without limits, unless the environment names one: whoever tries an integration may want to meet it.
        limits = dict.fromkeys(_GATEWAY_LIMITS - GatewaySettings().model_fields_set, 0)
        settings = GatewaySettings(
            data=self._data / "gateway",
            host=HOST,
            port=self._ports[1],
            private_callbacks=True,
            private_links=True,
            messenger_url=f"http://{HOST}:{self._ports[2]}",
            **limits,  # type: ignore[arg-type]  # all of them are numbers
        )
        if settings.data.exists():
            # The ports may be others than last time.
            await Visitor(settings.database).write(lambda connection: store_relay_url(connection, relay_url))
        gateway = create_gateway(settings, self.clock)
        await gateway.start()
        self._stack.push_async_callback(gateway.stop)
        return gateway

    async def _company(self, relay: Relay, gateway: Gateway) -> CompanyRow:
        """Return the demo airline, enrolled at the first start."""
        rows = await gateway.running.store.read(list_companies)
        if not rows:
            self._progress("demo airline")
            request = EnrolRequest(
                relay_url=relay.url,
                invitation=await relay.invite(
                    name=airline.NAME, method="demonstration", evidence="made up for this sandbox"
                ),
                name=airline.NAME,
                handle=airline.HANDLE,
                number=airline.NUMBER,
                profile=airline.PROFILE,
            )
            company = await enrol_company(gateway.configuration, request)
            await set_offer(gateway.configuration, company, airline.OFFER)
            for template in airline.templates():
                await add_template(gateway.configuration, company, template)
            await gateway.refresh()
            opened = gateway.running.companies[company.id]
            await change_profile(gateway.running, opened, {}, airline_picture())
            await change_conversational(gateway.running, opened, prompts=airline.PROMPTS)
            rows = [company]
        await gateway.settled()
        async with asyncio.timeout(_CONNECT_SECONDS):
            await gateway.wait_until_connected()
        return rows[0]

    async def _connection(
        self, store: Store, relay: Relay, gateway: Gateway, messenger: Messenger, company: CompanyRow
    ) -> Connection:
        access_token = await self._remembered(store, "access_token")
        if access_token is None:
            access_token = await create_token(gateway.configuration, company.app_id)
            await self._remember(store, "access_token", access_token)
        verify_token = await self._remembered(store, "verify_token")
        if verify_token is None:
            verify_token = secrets.token_urlsafe(16)
            await self._remember(store, "verify_token", verify_token)
        return Connection(
            relay_url=relay.url,
            gateway_url=gateway.url,
            messenger_url=messenger.url,
            control_url=f"http://{HOST}:{self._ports[3]}",
            app_id=company.app_id,
            app_secret=gateway.configuration.data_key.open(company.app_secret, "app_secret").decode(),
            verify_token=verify_token,
            access_token=access_token,
            waba_id=company.waba_id,
            phone_number_id=company.phone_number_id,
            display_phone_number=airline.NUMBER,
            click_to_chat_url=click_to_chat_url(messenger.url, company.handle, public_master_key(company.master_key)),
            relay_data=str(self._data / "relay"),
            gateway_data=str(self._data / "gateway"),
        )

    async def _start_control(self, running: Running) -> None:
        runner = web.AppRunner(Control(running, self._more_doors).application(), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, HOST, self._ports[3]).start()

    async def _remembered(self, store: Store, key: str) -> str | None:
        def read(connection: DatabaseConnection) -> str | None:
            value = find_fact(connection, key)
            return None if value is None else value.decode()

        return await store.read(read)

    async def _remember(self, store: Store, key: str, value: str) -> None:
        store.add(STORE_FACT, (key, value.encode(), self.clock.now()))
        await store.flushed()


def _check_ports(ports: range) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                raise PortInUse(f"port {port} is in use: choose four others with --port-base") from None
