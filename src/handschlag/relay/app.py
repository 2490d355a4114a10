"""Joins the parts of a relay: settings, secrets, store, caches, doors and workers."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from aiohttp import web
from sqlalchemy import Connection, func, select

from handschlag.clock import Clock
from handschlag.database.schema import upgrade_schema
from handschlag.database.store import Store
from handschlag.object_store import ObjectStore
from handschlag.relay.actions.backups.expire_backups import expire_backups
from handschlag.relay.actions.companies.invite_company import invite_company
from handschlag.relay.actions.envelopes.expire_events import expire_events
from handschlag.relay.actions.media.expire_media import expire_media
from handschlag.relay.actions.numbers.attest_number import attest_number
from handschlag.relay.context import Context, Limits
from handschlag.relay.directory import Directory
from handschlag.relay.http.answers import errors_as_json
from handschlag.relay.http.cross_origin import cross_origin
from handschlag.relay.http.requests import CONTEXT
from handschlag.relay.http.routes import ROUTES
from handschlag.relay.link_room import LinkRoom
from handschlag.relay.listed_companies import ListedCompanies
from handschlag.relay.live.socket import SOCKETS, Sockets
from handschlag.relay.mailroom import Mailroom
from handschlag.relay.media_room import MediaRoom
from handschlag.relay.metrics import RelayMetrics
from handschlag.relay.push.sender import PushSender
from handschlag.relay.push.wake_ups import WakeUps
from handschlag.relay.settings import RelaySettings
from handschlag.relay.signing_key import load_secrets
from handschlag.relay.sms.make_sender import make_sender
from handschlag.relay.sms.sender import SmsSender
from handschlag.relay.storage.mailboxes import first_number, read_kept
from handschlag.relay.storage.push import list_subscribed
from handschlag.relay.storage.schema import mailbox
from handschlag.relay.upload_folder import UploadFolder
from handschlag.relay.workers.expiry import run_expiry
from handschlag.telemetry.logs import get_logger
from handschlag.wire import limits
from handschlag.wire.company import VerificationMethod
from handschlag.wire.ids import AccountId
from handschlag.wire.signed import SignedRecord

MIGRATIONS = Path(__file__).parent / "storage" / "migrations"

# A sender asks again for what was on its way when the relay ended: the newest, never all that wait.
_KEPT_ENVELOPES = 100_000
# Also how long a connection has for its first request's head: aiohttp's own default is an hour.
KEEP_ALIVE_SECONDS = 75.0

_log = get_logger(__name__)


class Relay:
    """A relay that is started and stopped; its operator's actions are methods."""

    def __init__(self, settings: RelaySettings, clock: Clock, sms: SmsSender | None) -> None:
        self.settings = settings
        self._sms = sms if sms is not None else make_sender(settings)
        self._clock = clock
        self.failed = False
        self.store = Store(settings.database, window=settings.commit_window, on_failure=self._on_failure)
        self._runner: web.AppRunner | None = None
        self._workers: list[asyncio.Task[None]] = []
        self._sockets: Sockets | None = None
        self._push: PushSender | None = None
        self.port = settings.port

    @property
    def url(self) -> str:
        """Where this relay answers."""
        return f"http://{self.settings.host}:{self.port}"

    @property
    def context(self) -> Context:
        """The running relay's parts."""
        return self._context

    async def start(self) -> None:
        """Open the database, listen, and begin to work."""
        self.settings.data.mkdir(parents=True, exist_ok=True)
        await upgrade_schema(self.settings.database, MIGRATIONS)
        await self.store.start()
        number = await self.store.write(lambda connection: first_number(connection, self._clock.now()))
        mailroom = Mailroom(self.store, number, await self.store.read(_waiting_by_mailbox))
        secrets, metrics = load_secrets(self.settings.data), RelayMetrics()
        self._push = PushSender(self.settings, secrets, self._clock)
        self._context = Context(
            settings=self.settings,
            clock=self._clock,
            secrets=secrets,
            store=self.store,
            directory=Directory(self.store, self._clock),
            mailroom=mailroom,
            metrics=metrics,
            limits=Limits(self.settings),
            sms=self._sms,
            listed=ListedCompanies(self.store, self._clock),
            media=MediaRoom(
                ObjectStore(self.settings.media_url, self.settings.data / "media"),
                UploadFolder(self.settings.data / "uploads"),
            ),
            links=LinkRoom(),
            wake_ups=WakeUps(
                store=self.store,
                mailroom=mailroom,
                clock=self._clock,
                metrics=metrics,
                sender=self._push,
                seconds=self.settings.push_seconds,
                concurrency=self.settings.push_concurrency,
            ),
        )
        self._context.wake_ups.begin(await self.store.read(list_subscribed))
        await self._context.media.objects.clear_unfinished()
        application = web.Application(
            middlewares=[cross_origin, errors_as_json], client_max_size=limits.HTTP_BODY_BYTES
        )
        application[CONTEXT] = self._context
        self._sockets = application[SOCKETS] = Sockets(self._context, await self.store.read(_kept_envelopes))
        application.add_routes(ROUTES)
        self._runner = web.AppRunner(
            application, access_log=None, shutdown_timeout=5.0, keepalive_timeout=KEEP_ALIVE_SECONDS
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.settings.host, self.settings.port, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self._workers = [
            asyncio.create_task(run_expiry(self._context)),
            asyncio.create_task(self._context.wake_ups.run()),
        ]
        _log.info("relay_started", port=self.port)

    async def stop(self) -> None:
        """Close every socket, finish what was begun, and let go of the database."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        if self._sockets is not None:
            self._sockets.close_all()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._sms is not None:
            await self._sms.close()
        if self._push is not None:
            await self._push.close()
        await self.store.close()
        _log.info("relay_stopped")

    async def invite(self, *, name: str, method: VerificationMethod, evidence: str) -> str:
        """Return a code with which one company can enrol."""
        return await invite_company(self.store, self._clock, name=name, method=method, evidence=evidence)

    async def attest_number(self, account: AccountId, number: str, salt: str) -> SignedRecord:
        """Return the relay's word that a number belongs to an account."""
        return await attest_number(self._context, account, number, salt)

    async def expire_now(self) -> int:
        """Clear away what is past its time without waiting for the worker: the clock was moved."""
        self._context.wake_ups.ring()
        await expire_media(self._context)
        await expire_backups(self._context)
        return await expire_events(self._context)

    def _on_failure(self, error: BaseException) -> None:
        """End this process: after a failed commit only the disk knows what is true, and the next start reads it."""
        self.failed = True
        _log.critical("commit_failed", error=type(error).__name__)
        os.kill(os.getpid(), signal.SIGTERM)


def create_relay(settings: RelaySettings, clock: Clock, sms: SmsSender | None = None) -> Relay:
    """Return a relay that is not started yet; with `sms` text messages leave that way, whatever the settings say."""
    return Relay(settings, clock, sms)


def _kept_envelopes(connection: Connection) -> dict[tuple[str, int], int]:
    return read_kept(connection, _KEPT_ENVELOPES)


def _waiting_by_mailbox(connection: Connection) -> dict[int, int]:
    rows = connection.execute(select(mailbox.c.mailbox, func.count()).group_by(mailbox.c.mailbox))
    return {row[0]: row[1] for row in rows}
