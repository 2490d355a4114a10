"""pywa 4.5, unmodified, in its asynchronous form: a bot under FastAPI that registers its own webhook, and prints what its handlers are given."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import uvicorn
from calls import given  # type: ignore[import-not-found]  # beside this program
from fastapi import FastAPI
from pywa_async import WhatsApp, types


def tell(**line: Any) -> None:
    """Print a line for the test."""
    print(json.dumps(line, default=str), flush=True)


async def main() -> None:
    """Serve until the test ends this process."""
    app = FastAPI()
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    session = httpx.AsyncClient(timeout=20)
    whatsapp = WhatsApp(
        phone_id=given["phoneNumberId"],
        token=given["token"],
        session=session,
        server=app,
        webhook_endpoint="/webhook",
        verify_token="a token of the async bot",
        waba_id=given["wabaId"],
        app_id=given["appId"],
        app_secret=given["appSecret"],
        callback_url=f"http://127.0.0.1:{port}",
        webhook_challenge_delay=1,
    )
    session.base_url = httpx.URL(given["baseUrl"] + "/v24.0")

    @whatsapp.on_message()
    async def hear(_: WhatsApp, message: types.Message) -> None:
        told: dict[str, Any] = {"saw": "message", "id": message.id, "type": message.type.value, "text": message.text}
        if message.media is not None:
            told["bytes"] = (await message.media.get_bytes()).hex()
        if message.text == "Moin":
            told["answer"] = (await message.reply_text("Moin, moin", quote=True)).id
        tell(**told)

    @whatsapp.on_callback_button()
    async def pressed(_: WhatsApp, button: types.CallbackButton) -> None:
        tell(saw="button", title=button.title, data=button.data, answers=button.reply_to_message.id)

    @whatsapp.on_callback_selection()
    async def chosen(_: WhatsApp, selection: types.CallbackSelection) -> None:
        tell(saw="selection", title=selection.title, data=selection.data)

    @whatsapp.on_flow_completion()
    async def completed(_: WhatsApp, flow: types.FlowCompletion) -> None:
        tell(saw="flow", token=flow.token, response=flow.response)

    @whatsapp.on_message_status()
    async def status(_: WhatsApp, status: types.MessageStatus) -> None:
        tell(saw="status", id=status.id, status=status.status.value)

    tell(saw="start")
    await serving


asyncio.run(main())
