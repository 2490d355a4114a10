"""What a person sees in the terminal of a sandbox: the link, its QR code, a line to copy, and what happens."""

from __future__ import annotations

import io
import re
import sys
from typing import Any

import msgspec
import segno
from aiohttp import web
from rich.console import Console
from rich.markup import escape

from handschlag.sandbox.connection import Connection

_console = Console(stderr=False, highlight=False)


def show_progress(step: str) -> None:
    """Say what is being started."""
    _console.print(f"[dim]starting[/] {step} …")


def show_welcome(connection: Connection) -> None:
    """Print the link, the QR code, and what to do next."""
    code = io.StringIO()
    segno.make(connection.click_to_chat_url, error="l").terminal(code, compact=True, border=2)
    _console.print()
    _console.print("[bold]Möwe Air[/] is waiting for you. Open this link in a browser on this machine:")
    _console.print(
        f"\n  [link={connection.click_to_chat_url}]{escape(connection.click_to_chat_url)}[/link]\n", soft_wrap=True
    )
    _console.file.write(code.getvalue())
    _console.print(
        f"\n  relay {connection.relay_url}   gateway {connection.gateway_url}   control {connection.control_url}\n"
        "  `handschlag sandbox env` prints addresses and tokens for your program. Ctrl+C stops.\n"
    )
    _console.print("As soon as somebody joins, the line to write to them stands here. Webhooks arrive below.\n")


def show_joined(connection: Connection, name: str, wa_id: str) -> None:
    """Print a curl line that writes to a customer who just joined."""
    body = msgspec.json.encode(
        {
            "messaging_product": "whatsapp",
            "to": wa_id,
            "type": "text",
            "text": {"body": "Welcome aboard! Your flight leaves from gate B12."},
        }
    ).decode()
    _console.print(f"[bold green]{escape(name)} joined.[/] To answer, run:\n")
    # Written as it is: a wrapped line would not run.
    sys.stdout.write(
        f"curl {connection.gateway_url}/v23.0/{connection.phone_number_id}/messages \\\n"
        f"  -H 'Authorization: Bearer {connection.access_token}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -d '{body}'\n\n"
    )
    sys.stdout.flush()


def show_webhook(value: dict[str, Any]) -> None:
    """Print what a webhook says, in a line."""
    names = {c.get("wa_id"): c.get("profile", {}).get("name", "") for c in value.get("contacts", [])}
    for message in value.get("messages", []):
        text = message.get("text", {}).get("body") or f"({message.get('type')})"
        name = names.get(message.get("from"), "")
        _console.print(f"[cyan]webhook[/] message from [bold]{escape(name)}[/]: {escape(text)}", soft_wrap=True)
    for status in value.get("statuses", []):
        why = "".join(f": {e.get('code')} {e.get('title')}" for e in status.get("errors", []))
        _console.print(
            f"[cyan]webhook[/] {status.get('status')}{escape(why)} [dim]{status.get('id')}[/]", soft_wrap=True
        )
    for change in value.get("user_preferences", []):
        _console.print(f"[cyan]webhook[/] {escape(str(change.get('detail')))}", soft_wrap=True)


class WebhookPrinter:
    """Receives the sandbox's own webhooks and prints them."""

    async def start(self, port: int) -> str:
        """Listen and return the address to post to."""
        application = web.Application()
        application.router.add_get("/", self._challenge)
        application.router.add_post("/", self._receive)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        return f"http://127.0.0.1:{port}/"

    async def stop(self) -> None:
        """Stop listening."""
        await self._runner.cleanup()

    async def _challenge(self, request: web.Request) -> web.Response:
        return web.Response(text=re.sub(r"\W", "", request.query.get("hub.challenge", "")))

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.json()
        for entry in body.get("entry", []):
            for change in entry.get("changes", []):
                show_webhook(change.get("value", {}))
        return web.Response()
