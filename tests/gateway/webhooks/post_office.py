"""A publisher with its database and real requests, and no relay: what happens to an event once it is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import msgspec

from handschlag.clock import MovableClock
from handschlag.database.schema import upgrade_schema
from handschlag.database.store import Store
from handschlag.gateway.actions.webhooks.set_subscription import set_override, set_subscription
from handschlag.gateway.app import MIGRATIONS
from handschlag.gateway.configuration import Configuration
from handschlag.gateway.data_key import DataKey
from handschlag.gateway.metrics import GatewayMetrics
from handschlag.gateway.settings import GatewaySettings
from handschlag.gateway.storage.companies import CompanyRow
from handschlag.gateway.storage.webhook_log import Attempt, LogFilter, list_attempts
from handschlag.gateway.storage.webhook_queue import QueuedEvent, list_events
from handschlag.gateway.webhooks.bodies import Change, Entry, entry_json
from handschlag.gateway.webhooks.post_events import WebhookPoster
from handschlag.gateway.webhooks.publisher import WebhookPublisher
from tests.support.waiting import until

SECRET = b"an app's secret"
_WORDS = dict.fromkeys(CompanyRow.__struct_fields__, "")
COMPANY = msgspec.convert(
    {
        **_WORDS,
        "id": 1,
        "app_id": "100000000000001",
        "waba_id": "200000000000001",
        "phone_number_id": "300000000000001",
        "profile_published": True,
        "offer_published": True,
        "enrolled": True,
        "created_at": 0,
    },
    CompanyRow,
)
OTHER_NUMBER = msgspec.structs.replace(COMPANY, id=2, phone_number_id="300000000000002")
OTHER_ACCOUNT = msgspec.structs.replace(COMPANY, id=3, waba_id="200000000000003", phone_number_id="300000000000003")


async def empty_database(folder: Path) -> Path:
    """Make a database with every table, once for many tests."""
    file = folder / "empty.sqlite3"
    await upgrade_schema(f"sqlite:///{file}", MIGRATIONS)
    return file


class PostOffice:
    """What a test works with."""

    def __init__(self, folder: Path, empty: Path, **settings: Any) -> None:
        self.folder = folder
        shutil.copy(empty, folder / "gateway.sqlite3")
        self.clock = MovableClock()
        self.settings = GatewaySettings(data=folder, **{"private_callbacks": True, "webhook_timeout": 5.0, **settings})
        self.store: Store
        self.publisher: WebhookPublisher
        self.poster: WebhookPoster
        self.metrics = GatewayMetrics()
        self._told = 0

    async def start(self) -> None:
        self.store = Store(self.settings.database)
        await self.store.start()
        self.poster = WebhookPoster(
            timeout=self.settings.webhook_timeout, private=True, secret_of=lambda _app: SECRET, metrics=self.metrics
        )
        await self.poster.start()
        self.publisher = WebhookPublisher(
            self.poster, store=self.store, clock=self.clock, settings=self.settings, metrics=self.metrics
        )
        await self.publisher.start()

    async def stop(self) -> None:
        await self.publisher.stop()
        await self.poster.stop()
        await self.store.close()

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    @property
    def configuration(self) -> Configuration:
        return Configuration(self.store, self.clock, DataKey(b"k" * 32), self.settings)

    async def subscribe(self, url: str, **more: Any) -> int:
        """Let an endpoint of the app hear of everything."""
        number = await set_subscription(self.configuration, COMPANY.app_id, url, **more)
        await self.publisher.refresh()
        return number

    async def override(self, target: str, url: str) -> None:
        """Let an account's or number's events go to this endpoint."""
        await set_override(self.configuration, COMPANY.app_id, target, url, "token")
        await self.publisher.refresh()

    def tell(self, text: str, *, conversation: str = "anna", field: str = "messages", of: CompanyRow = COMPANY) -> None:
        """Publish one event."""
        self._told += 1
        value = {"messages": [{"id": f"wamid.{self._told}", "text": {"body": text}}]}
        entry = Entry(id=of.waba_id, time=int(self.clock.now()), changes=[Change(value, field)])
        self.publisher.publish(of, field, conversation, entry_json(entry))

    async def queued(self, subscription: int = 1) -> list[QueuedEvent]:
        """Return what waits for an endpoint, on disk."""
        await self.store.flushed()
        return await self.store.read(lambda connection: list_events(connection, subscription, after=0, limit=10_000))

    async def log(self, **wanted: Any) -> list[Attempt]:
        """Return the log, the oldest first."""
        await self.store.flushed()
        asked = LogFilter(app_id=COMPANY.app_id, **wanted)
        rows = await self.store.read(lambda connection: list_attempts(connection, asked, limit=100_000))
        return rows[::-1]

    async def until_empty(self) -> None:
        """Return when everything was confirmed or given up."""
        await self.store.flushed()
        await until(lambda: self.publisher.backlog == 0)
        await self.store.flushed()

    def posts(self, outcome: str) -> int:
        """Return how many requests ended so: confirmed, refused, unreachable; or events given_up."""
        return int(self.metrics.webhooks.labels(outcome)._value.get())


def texts(bodies: list[bytes]) -> list[str]:
    """Return the texts of all events in these bodies."""
    return [
        message["text"]["body"]
        for body in bodies
        for entry in json.loads(body)["entry"]
        for change in entry["changes"]
        for message in change["value"]["messages"]
    ]
