"""Creates and removes access tokens of an app."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from handschlag.gateway.configuration import Configuration
from handschlag.gateway.storage.schema.company_tables import ALL_SCOPES
from handschlag.gateway.storage.tokens import TokenRow, delete_tokens, insert_token, token_hash

TOKEN_PREFIX = "EAA"  # noqa: S105  what tokens of Graph begin with; some clients look at it


async def create_token(
    configuration: Configuration,
    app_id: str,
    *,
    kind: str = "SYSTEM_USER",
    seconds: float | None = None,
    scopes: Sequence[str] = (),
) -> str:
    """Return a new token of an app; it is shown once, only its hash is kept. Without `seconds` it does not expire.

    Without `scopes` it may do everything; raises ValueError for a permission that does not exist.
    """
    known = ALL_SCOPES.split(",")
    if unknown := [scope for scope in scopes if scope not in known]:
        message = f"scope: got {unknown[0]!r}, expected {' or '.join(known)}"
        raise ValueError(message)
    token = TOKEN_PREFIX + secrets.token_hex(40)
    now = configuration.clock.now()
    row = TokenRow(
        hash=token_hash(token),
        app_id=app_id,
        kind=kind,
        created_at=now,
        expires_at=None if seconds is None else now + seconds,
        scopes=",".join(scopes) or ALL_SCOPES,
    )
    await configuration.database.write(lambda connection: insert_token(connection, row))
    return token


async def revoke_tokens(configuration: Configuration, app_id: str) -> int:
    """Remove all tokens of an app and return how many there were; a running gateway forgets them within half a minute."""
    return await configuration.database.write(lambda connection: delete_tokens(connection, app_id))
