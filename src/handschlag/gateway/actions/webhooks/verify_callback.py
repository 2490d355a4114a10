"""Asks a callback to repeat a challenge, so that nobody is told whose endpoint did not ask for it."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import aiohttp

from handschlag.gateway.errors import CallbackNotVerified

if TYPE_CHECKING:
    from handschlag.gateway.running import Running

_VERIFIED = 200


async def verify_callback(running: Running, url: str, verify_token: str, *, field: str = "callback_url") -> None:
    """Return when the callback repeated the challenge; raises CallbackNotVerified."""
    challenge = str(1_000_000_000 + secrets.randbelow(9_000_000_000))
    query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token}
    try:
        status, body = await running.poster.get_challenge(url, query)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _not_verified(field, f"the callback was not reached ({type(error).__name__})") from None
    if status != _VERIFIED or body.strip() != challenge.encode():
        raise _not_verified(
            field, f"the callback answered {status} with {len(body)} bytes, expected 200 with the challenge"
        )


def _not_verified(field: str, what: str) -> CallbackNotVerified:
    return CallbackNotVerified(
        f"{field}: {what}", title=f"(#2200) Callback verification failed with the following errors: {what}"
    )
