"""Figures of a gateway for Prometheus: counts, queues and durations, never who or what."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from handschlag.telemetry.counters import Counter


class GatewayMetrics:
    """One registry per gateway, so that several in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter(
            "handschlag_gateway_messages", "Messages accepted from programs", ["kind"], registry=self.registry
        )
        self.statuses = Counter(
            "handschlag_gateway_statuses", "Statuses told about messages", ["status"], registry=self.registry
        )
        self.incoming = Counter(
            "handschlag_gateway_incoming", "Envelopes from the relay", ["kind", "outcome"], registry=self.registry
        )
        self.errors = Counter(
            "handschlag_gateway_errors", "Requests answered with an error", ["code"], registry=self.registry
        )
        self.webhooks = Counter(
            "handschlag_gateway_webhook_posts", "Webhook requests made", ["outcome"], registry=self.registry
        )
        self.webhook_backlog = Gauge(
            "handschlag_gateway_webhook_backlog", "Webhook events not confirmed yet", registry=self.registry
        )
        self.outbox = Gauge("handschlag_gateway_outbox", "Envelopes the relay has not answered", registry=self.registry)
        self.waiting = Gauge("handschlag_gateway_waiting", "Messages not sealed yet", registry=self.registry)
        self.connected = Gauge(
            "handschlag_gateway_connected", "Companies connected to their relay", registry=self.registry
        )

    def text(self) -> bytes:
        """Return all figures in Prometheus's text form."""
        return generate_latest(self.registry)
