"""Chooses how text messages leave, by the settings."""

from __future__ import annotations

from handschlag.relay.settings import RelaySettings
from handschlag.relay.sms.sender import SmsSender
from handschlag.relay.sms.terminal import TerminalSender
from handschlag.relay.sms.webhook import WebhookSender


def make_sender(settings: RelaySettings) -> SmsSender | None:
    """Return the sender, None where numbers are not proved."""
    if settings.sms_sender == "webhook":
        return WebhookSender(
            url=settings.sms_webhook_url,
            headers=settings.sms_webhook_headers,
            body=settings.sms_webhook_body,
            content_type=settings.sms_webhook_type,
        )
    return TerminalSender() if settings.sms_sender == "terminal" else None
