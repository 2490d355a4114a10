"""Sets who is told about an app's events."""

from __future__ import annotations

import secrets

from handschlag.gateway.configuration import Configuration
from handschlag.gateway.storage.subscriptions import SubscriptionRow, store_subscription

ALL_FIELDS = ("messages", "message_template_status_update", "user_preferences", "account_update")
WHATSAPP_OBJECT = "whatsapp_business_account"
MOST_MERGED = 50


async def set_subscription(
    configuration: Configuration,
    app_id: str,
    callback_url: str,
    *,
    verify_token: str | None = None,
    fields: list[str] | None = None,
    merge: int = 1,
) -> int:
    """Store an endpoint without asking it for the challenge, and return its row number.

    `merge` is how many events one POST may hold under backlog; most client libraries read only the first.
    """
    if not 1 <= merge <= MOST_MERGED:
        message = f"merge: got {merge}, expected 1 to {MOST_MERGED}"
        raise ValueError(message)
    row = SubscriptionRow(
        id=0,
        app_id=app_id,
        object=WHATSAPP_OBJECT,
        callback_url=callback_url,
        verify_token=verify_token or secrets.token_urlsafe(16),
        fields=list(fields or ALL_FIELDS),
        merge=merge,
        created_at=configuration.clock.now(),
    )
    return await configuration.database.write(lambda connection: store_subscription(connection, row))
