"""A bot as users of pywa write it: a WhatsApp client with its handlers under FastAPI and uvicorn, pointed at a sandbox."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from pywa import WhatsApp, types

from tests.sandbox.process import SandboxProcess, until


class Bot:
    """Remembers what its handlers were given."""

    def __init__(self, sandbox: SandboxProcess, *, callback: bool = True) -> None:
        self.messages: list[types.Message] = []
        self.statuses: list[types.MessageStatus] = []
        self._app = FastAPI()
        self._server = uvicorn.Server(uvicorn.Config(self._app, port=0, log_level="error", lifespan="off"))
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()
        until(lambda: self._server.started)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        given = sandbox.connection
        session = httpx.Client(timeout=20)
        self.whatsapp = WhatsApp(
            phone_id=given["phone_number_id"],
            token=given["access_token"],
            session=session,
            server=self._app,
            webhook_endpoint="/webhook",
            verify_token="a token of the bot's own",
            waba_id=given["waba_id"],
            app_id=given["app_id"],
            app_secret=given["app_secret"],
            callback_url=self.address if callback else None,
            webhook_challenge_delay=1,
        )
        # The constructor sets Meta's address, so ours is set after it.
        session.base_url = httpx.URL(given["gateway_url"] + "/v24.0")
        self.whatsapp.on_message()(self._on_message)
        self.whatsapp.on_message_status()(self._on_status)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _on_message(self, _: WhatsApp, message: types.Message) -> None:
        self.messages.append(message)

    def _on_status(self, _: WhatsApp, status: types.MessageStatus) -> None:
        self.statuses.append(status)

    def message(self, id_: str) -> Any:
        """Wait until a handler was given the message of a customer."""
        return until(lambda: next((m for m in self.messages if m.id == id_), None))

    def status(self, id_: str, word: str) -> Any:
        """Wait until a handler was given this status of a message of ours."""
        return until(lambda: next((s for s in self.statuses if s.id == id_ and s.status.value == word), None))
