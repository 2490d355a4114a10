"""A bot with pywa that greets, marks as read, and answers in context.

Start it beside a sandbox:

    eval "$(.venv/bin/handschlag sandbox env)"
    .venv/bin/python examples/answering_bot.py

It needs pywa, fastapi and uvicorn, which `make setup` has fetched. Only the line with `base_url` knows of Handschlag.
"""

from __future__ import annotations

import os

import httpx
import uvicorn
from fastapi import FastAPI
from pywa import WhatsApp, filters, types

PORT = int(os.environ.get("PORT", "8080"))

app = FastAPI()
session = httpx.Client(timeout=20)
whatsapp = WhatsApp(
    phone_id=os.environ["WHATSAPP_PHONE_NUMBER_ID"],
    token=os.environ["WHATSAPP_TOKEN"],
    app_id=os.environ["WHATSAPP_APP_ID"],
    app_secret=os.environ["WHATSAPP_APP_SECRET"],
    verify_token=os.environ["WHATSAPP_VERIFY_TOKEN"],
    callback_url=f"http://127.0.0.1:{PORT}",
    webhook_challenge_delay=1,
    session=session,
    server=app,
)
# After the constructor, which sets Meta's address.
session.base_url = httpx.URL(os.environ["WHATSAPP_CLOUD_BASE_URL"])


@whatsapp.on_message(filters.text)
def answer(_: WhatsApp, message: types.Message) -> None:
    """Answer every text, in context."""
    message.indicate_typing()
    if "gate" in message.text.lower():
        message.reply_text("Your flight leaves from gate *B12*.", quote=True)
    else:
        message.reply_text(f"Hello {message.from_user.name}! Ask me for your gate.", quote=True)


@whatsapp.on_message_status()
def note(_: WhatsApp, status: types.MessageStatus) -> None:
    """Print how far an answer is."""
    print(status.status.value, status.id, status.error or "", flush=True)


if __name__ == "__main__":
    uvicorn.run(app, port=PORT, log_level="warning")
