"""A bare echo in FastAPI with the same body, as the unit that `gateway_post` is compared with: it checks, and keeps nothing.

    fastapi_echo.py

It prints its port as JSON, and ends with its input.
"""

from __future__ import annotations

import asyncio
import socket
import sys

import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Text(BaseModel):
    body: str
    preview_url: bool = False


class SendRequest(BaseModel):
    messaging_product: str
    to: str
    type: str
    text: Text
    recipient_type: str = "individual"
    biz_opaque_callback_data: str | None = None


class Contact(BaseModel):
    input: str
    wa_id: str


class Message(BaseModel):
    id: str


class Answer(BaseModel):
    messaging_product: str
    contacts: list[Contact]
    messages: list[Message]


@app.post("/{version}/{phone_number_id}/messages")
async def post_message(version: str, phone_number_id: str, request: SendRequest) -> Answer:
    """Answer as the Cloud API would."""
    contact = Contact(input=request.to, wa_id=request.to)
    message = Message(id=f"wamid.{version}{phone_number_id}")
    return Answer(messaging_product=request.messaging_product, contacts=[contact], messages=[message])


async def _main() -> None:
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f'{{"port":{listening.getsockname()[1]}}}', flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await asyncio.to_thread(sys.stdin.read)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    uvloop.run(_main())
