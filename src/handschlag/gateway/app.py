"""Joins the gateway's parts: database, companies, webhooks and the API's door, started and stopped in their order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from handschlag.clock import Clock
from handschlag.database.schema import upgrade_schema
from handschlag.database.store import Store
from handschlag.gateway.actions.companies.prepare_folder import DATA_KEY_FILE
from handschlag.gateway.actions.flows.endpoint import FlowEndpoints
from handschlag.gateway.actions.numbers.verify_number import write_code_file
from handschlag.gateway.actions.webhooks.replay_deliveries import take_replays
from handschlag.gateway.cloud_api.door import Door
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.data_key import load_data_key
from handschlag.gateway.metrics import GatewayMetrics
from handschlag.gateway.running import Running
from handschlag.gateway.settings import GatewaySettings
from handschlag.gateway.storage.companies import CompanyRow, list_companies
from handschlag.gateway.webhooks.post_events import WebhookPoster
from handschlag.gateway.webhooks.publisher import WebhookPublisher
from handschlag.gateway.workers.company_workers import CompanyWorkers, open_company
from handschlag.gateway.workers.housekeeping import keep_house
from handschlag.gateway.workers.media_workers import MediaWorkers, open_media_room
from handschlag.telemetry.logs import get_logger

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"
# What administration on the command line changed is seen this soon.
_REFRESH_SECONDS = 2.0

_log = get_logger(__name__)


class Gateway:
    """A gateway in this process."""

    def __init__(self, settings: GatewaySettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.failed: asyncio.Event = asyncio.Event()
        self._running: Running | None = None
        self._workers: dict[int, CompanyWorkers] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._door: Door | None = None
        self._media: MediaWorkers | None = None
        self._session: aiohttp.ClientSession | None = None
        self._refreshing = asyncio.Lock()

    @property
    def running(self) -> Running:
        """The running parts."""
        assert self._running is not None, "the gateway was not started"
        return self._running

    @property
    def configuration(self) -> Configuration:
        """What administrative actions need (`enrol_company`, `create_token`, …); call `refresh` after them."""
        return self.running.configuration

    @property
    def url(self) -> str:
        """Where the API listens."""
        assert self._door is not None, "the gateway was not started"
        return self._door.url

    async def start(self) -> None:
        """Bring the schema up to date, take up what was left, and listen."""
        settings = self.settings
        settings.data.mkdir(parents=True, exist_ok=True)
        await upgrade_schema(settings.database, MIGRATIONS)
        store = Store(settings.database, window=settings.commit_window, on_failure=self._on_failure)
        await store.start()
        data_key = load_data_key(settings.data / DATA_KEY_FILE)
        metrics = GatewayMetrics()
        poster = WebhookPoster(
            timeout=settings.webhook_timeout,
            private=settings.private_callbacks,
            secret_of=self._app_secret,
            metrics=metrics,
        )
        self._running = running = Running(
            settings=settings,
            clock=self.clock,
            store=store,
            data_key=data_key,
            metrics=metrics,
            configuration=Configuration(store, self.clock, data_key, settings),
            poster=poster,
            publisher=WebhookPublisher(poster, store=store, clock=self.clock, settings=settings, metrics=metrics),
            media=open_media_room(settings, data_key),
            flow_endpoints=FlowEndpoints(private=settings.private_callbacks),
            refresh=self.refresh,
            deliver_code=write_code_file,
        )
        self._session = aiohttp.ClientSession()
        await poster.start()
        await running.flow_endpoints.start()
        await self._companies()
        self._media = MediaWorkers(running)
        await self._media.start()
        await running.publisher.start()
        await self.refresh()
        self._door = Door(running)
        await self._door.start()
        running.media.base_url = settings.public_url.rstrip("/") or self._door.url
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._refresh_regularly()), loop.create_task(keep_house(running))]
        _log.info("gateway_started", count=len(self._workers))

    async def stop(self) -> None:
        """Stop listening, finish what was accepted, and let go of the database."""
        if self._running is not None:
            self._running.publisher.release_readers()
        if self._door is not None:
            await self._door.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._media is not None:
            await self._media.stop()
        if self._running is not None:
            await self._running.flow_endpoints.stop()
        for workers in self._workers.values():
            await workers.stop()
        if self._running is not None:
            await self._running.publisher.stop()
            await self._running.poster.stop()
            await self._running.store.close()
        if self._session is not None:
            await self._session.close()

    async def refresh(self) -> None:
        """Take over companies, offers, profiles, templates and subscriptions that administration added or changed."""
        running = self.running
        assert self._session is not None
        async with self._refreshing:
            for row in await self._companies():
                workers = self._workers.get(row.id)
                if workers is None:
                    self._workers[row.id] = await open_company(running, row, self._session)
                elif workers.company.row != row:
                    workers.company.row = row
                    workers.publisher.wake()
            await running.publisher.refresh()
            await take_replays(running)

    async def _companies(self) -> list[CompanyRow]:
        """Return the companies on disk; their apps' secrets are known from now on, before anything is posted."""
        running = self.running
        rows = await running.store.read(list_companies)
        for row in rows:
            if row.app_id not in running.app_secrets:
                running.app_secrets[row.app_id] = running.data_key.open(row.app_secret, "app_secret")
        return rows

    async def settled(self) -> None:
        """Take over changes and publish them; raises RelayError if a relay does not take them."""
        await self.refresh()
        for workers in self._workers.values():
            await workers.publisher.settled()

    async def wait_until_connected(self) -> None:
        """Return when every company is connected to its relay."""
        for workers in self._workers.values():
            await workers.link.link.wait_until_connected()

    async def _refresh_regularly(self) -> None:
        while True:
            await asyncio.sleep(_REFRESH_SECONDS)
            await self.refresh()
            for workers in self._workers.values():
                workers.publisher.wake()

    def _app_secret(self, app_id: str) -> bytes | None:
        return self.running.app_secret(app_id)

    def _on_failure(self, error: BaseException) -> None:
        """What memory holds may be ahead of the disk now: the process has to start anew."""
        _log.error("store_failed", error=type(error).__name__)
        self.failed.set()


def create_gateway(settings: GatewaySettings, clock: Clock) -> Gateway:
    """Return a gateway, not started yet."""
    return Gateway(settings, clock)
