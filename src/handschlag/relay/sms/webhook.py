"""Sends text messages by a call to whatever service the operator has: its address, headers and body are settings."""

from __future__ import annotations

from urllib.parse import quote_plus

import aiohttp
import msgspec

from handschlag.relay.sms.sender import SmsNotSent

_SECONDS = 10.0
_REFUSED = 300
_JSON = "application/json"


class WebhookSender:
    """One POST for each message; any answer below 300 means that the service took it."""

    def __init__(self, *, url: str, headers: dict[str, str], body: str, content_type: str) -> None:
        self._url, self._body = url, body
        self._headers = {**headers, "Content-Type": content_type}
        self._json = content_type == _JSON
        self._session: aiohttp.ClientSession | None = None

    async def send(self, number: str, text: str) -> None:
        """Post a message; redirects are not followed, for they would carry number and text somewhere else."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))
        try:
            async with self._session.post(
                self._url, data=self._filled(number, text).encode(), headers=self._headers, allow_redirects=False
            ) as answer:
                if answer.status >= _REFUSED:
                    raise SmsNotSent(f"status {answer.status}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SmsNotSent(type(error).__name__) from None

    async def close(self) -> None:
        """Close the connections to the service."""
        if self._session is not None:
            await self._session.close()

    def _filled(self, number: str, text: str) -> str:
        values = {"{number}": number, "{digits}": number.removeprefix("+"), "{text}": text}
        body = self._body
        for place, value in values.items():
            # The text comes last: what it contains is no place of the template.
            body = body.replace(place, self._escaped(value))
        return body

    def _escaped(self, value: str) -> str:
        return msgspec.json.encode(value).decode()[1:-1] if self._json else quote_plus(value)
