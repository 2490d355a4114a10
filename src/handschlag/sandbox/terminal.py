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
WEBHOOK_PATH = "/terminal"


def show_progress(step: str) -> None:
    """Say what is being started."""
    _console.print(f"[dim]starting[/] {step} …")


def show_welcome(connection: Connection) -> None:
    """Print the link, the QR code, and what to do next."""
    code = io.StringIO()
    segno.make(connection.click_to_chat_url, error="l").terminal(code, compact=True, border=2)
    link = connection.click_to_chat_url
    _console.print("\n[bold]Möwe Air[/] is waiting for you. Open this link in a browser on this machine:\n")
    _console.print(f"  [link={link}]{escape(link)}[/link]\n", soft_wrap=True)
    _console.file.write(code.getvalue())
    _console.print(
        f"\n  relay    {connection.relay_url}   sealed envelopes and consent"
        f"\n  gateway  {connection.gateway_url}   the Cloud API"
        f"\n  control  {connection.control_url}   simulated customers and the clock\n"
        "\n  `handschlag sandbox env` prints addresses and tokens for your program. Ctrl+C stops.\n",
        soft_wrap=True,
    )
    _console.print(
        "As soon as somebody joins, the line that writes to them stands here. Webhooks are printed as they come.\n",
        soft_wrap=True,
    )


def show_joined(connection: Connection, name: str, wa_id: str, *, again: bool = False) -> None:
    """Print a curl line that writes to a customer who just joined, or who was here `again` before."""
    body = msgspec.json.encode(
        {
            "messaging_product": "whatsapp",
            "to": wa_id,
            "type": "text",
            "text": {"body": "Welcome aboard! Your flight leaves from gate B12."},
        }
    ).decode()
    who = _plain(name) or "Somebody without a name"
    if again:
        _console.print(f"[bold]{who}[/] is here from last time. To write to them, run:\n", soft_wrap=True)
    else:
        _console.print(f"\n[bold green]{who} joined.[/] To write to them, run:\n", soft_wrap=True)
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
    names = {c.get("wa_id"): _plain(c.get("profile", {}).get("name", "")) for c in value.get("contacts", [])}
    for message in value.get("messages", []):
        text = _plain(_words(message))
        _say(f"message from [bold]{names.get(message.get('from'), '')}[/]: {text}")
    for status in value.get("statuses", []):
        why = "".join(f": {e.get('code')} {e.get('title')}" for e in status.get("errors", []))
        name = names.get(status.get("recipient_id"), "")
        _say(f"{status.get('status')}{_plain(why)} [dim]to[/] {name} [dim]{status.get('id')}[/]")
    for change in value.get("user_preferences", []):
        _say(f"{names.get(change.get('wa_id'), '')}: {_plain(str(change.get('detail')))}")


def show_text_message(number: str, text: str) -> None:
    """Print a text message, as the telephone of this number would show it."""
    _console.print(f"[magenta]text message[/] to {_plain(number)}: {_plain(text)}", soft_wrap=True)


def _words(message: dict[str, Any]) -> str:
    """Return what a person would tell of a message: its words, or what it is."""
    kind = str(message.get("type"))
    part = message.get(kind)
    if not isinstance(part, dict):
        return f"({kind})"
    inner = part.get(str(part.get("type")), part)
    words = [inner.get(name) for name in ("body", "title", "text", "emoji", "caption", "filename", "name")]
    told = next((word for word in words if isinstance(word, str) and word), "")
    return told if kind == "text" else f"({kind}) {told}".strip()


def _say(line: str) -> None:
    _console.print(f"[cyan]webhook[/] {line}", soft_wrap=True)


def _plain(text: str) -> str:
    """Return what a stranger wrote so that it can neither colour nor steer the terminal."""
    return escape("".join(character if character.isprintable() else " " for character in text))


class WebhookPrinter:
    """An endpoint on the control address that prints what it is told."""

    def routes(self) -> list[web.RouteDef]:
        """Return its doors."""
        return [web.get(WEBHOOK_PATH, self.get_challenge), web.post(WEBHOOK_PATH, self.post_webhook)]

    async def get_challenge(self, request: web.Request) -> web.Response:
        """Repeat a challenge."""
        return web.Response(text=re.sub(r"\W", "", request.query.get("hub.challenge", "")))

    async def post_webhook(self, request: web.Request) -> web.Response:
        """Print a webhook in the terminal."""
        body = await request.json()
        for entry in body.get("entry", []):
            for change in entry.get("changes", []):
                show_webhook(change.get("value", {}))
        return web.Response()
