"""What the running gateway shares between its doors, actions and workers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handschlag.gateway.link_previews import LinkPreviews
from handschlag.gateway.rules.call_rate import CallRate

if TYPE_CHECKING:
    from handschlag.clock import Clock
    from handschlag.database.store import Store
    from handschlag.gateway.actions.flows.endpoint import FlowEndpoints
    from handschlag.gateway.company import Company
    from handschlag.gateway.configuration import Configuration
    from handschlag.gateway.data_key import DataKey
    from handschlag.gateway.media_room import MediaRoom
    from handschlag.gateway.metrics import GatewayMetrics
    from handschlag.gateway.settings import GatewaySettings
    from handschlag.gateway.webhooks.post_events import WebhookPoster
    from handschlag.gateway.webhooks.publisher import WebhookPublisher


@dataclass(slots=True)
class Running:
    """The parts of a running gateway, joined by app.py."""

    settings: GatewaySettings
    clock: Clock
    store: Store
    data_key: DataKey
    metrics: GatewayMetrics
    configuration: Configuration
    poster: WebhookPoster
    publisher: WebhookPublisher
    media: MediaRoom
    flow_endpoints: FlowEndpoints
    # Takes over what administration changed: companies, subscriptions, templates.
    refresh: Callable[[], Awaitable[None]]
    # Brings a verification code to a company: (running, company, code).
    deliver_code: Callable[[Running, Company, str], Awaitable[None]]
    companies: dict[int, Company] = field(default_factory=dict)
    by_phone_number: dict[str, Company] = field(default_factory=dict)
    app_secrets: dict[str, bytes] = field(default_factory=dict)
    calls: CallRate = field(default_factory=CallRate)
    link_previews: LinkPreviews = field(default_factory=LinkPreviews)
    # Requests under an Idempotency-Key that are not answered yet: a second one waits for the first.
    answering: dict[tuple[int, str], asyncio.Future[None]] = field(default_factory=dict)

    def add_company(self, company: Company) -> None:
        """Let doors find a company."""
        self.companies[company.id] = company
        self.by_phone_number[company.row.phone_number_id] = company

    def companies_of_app(self, app_id: str) -> list[Company]:
        """Return the companies an app may act for."""
        return [company for company in self.companies.values() if company.row.app_id == app_id]

    def app_secret(self, app_id: str) -> bytes | None:
        """Return the secret that signs an app's webhooks."""
        return self.app_secrets.get(app_id)
