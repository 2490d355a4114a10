"""Figures of a relay for Prometheus: counts and durations, never who."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from handschlag.telemetry.counters import Counter


class RelayMetrics:
    """One registry per relay, so that several in one process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.accepted = Counter(
            "handschlag_relay_envelopes_accepted", "Envelopes taken", ["kind"], registry=self.registry
        )
        self.refused = Counter(
            "handschlag_relay_envelopes_refused", "Envelopes not taken", ["code"], registry=self.registry
        )
        self.acknowledged = Counter(
            "handschlag_relay_events_acknowledged", "Events fetched and forgotten", registry=self.registry
        )
        self.expired = Counter("handschlag_relay_events_expired", "Events nobody fetched", registry=self.registry)
        self.media_bytes = Counter(
            "handschlag_relay_media_bytes", "Bytes of sealed files taken and asked for", ["way"], registry=self.registry
        )
        self.reports = Counter(
            "handschlag_relay_reports", "Reports of companies", ["reason", "proof"], registry=self.registry
        )
        self.backup_bytes = Counter(
            "handschlag_relay_backup_bytes",
            "Bytes of sealed backups taken and asked for",
            ["way"],
            registry=self.registry,
        )
        self.wake_ups = Counter(
            "handschlag_relay_wake_ups", "Browsers woken, or why not", ["outcome"], registry=self.registry
        )
        self.waiting = Gauge("handschlag_relay_events_waiting", "Events in all mailboxes", registry=self.registry)
        self.connected = Gauge("handschlag_relay_sockets", "Devices connected", registry=self.registry)
        self.requests = Counter("handschlag_relay_requests", "HTTP answers", ["status"], registry=self.registry)
        self.commit_seconds = Gauge(
            "handschlag_relay_commit_seconds", "Length of the last commit", registry=self.registry
        )
        self.queue_depth = Gauge(
            "handschlag_relay_commit_queue", "Rows waiting for their commit", registry=self.registry
        )

    def text(self) -> bytes:
        """Return all figures in Prometheus's text form."""
        return generate_latest(self.registry)
