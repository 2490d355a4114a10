"""A webhook endpoint in the standard library alone: verifies the challenge and the signature, prints, and answers.

Start it beside a sandbox, and subscribe it:

    eval "$(.venv/bin/handschlag sandbox env)"
    python3 examples/webhook_receiver.py &
    sh examples/subscribe.sh http://127.0.0.1:8080/
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PORT = int(os.environ.get("PORT", "8080"))


class Webhook(BaseHTTPRequestHandler):
    """What the gateway calls."""

    def do_GET(self) -> None:
        """Repeat the challenge to who knows the verify token."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        known = query.get("hub.verify_token") == os.environ["WHATSAPP_VERIFY_TOKEN"]
        self.answer(200 if known else 403, query.get("hub.challenge", "") if known else "")

    def do_POST(self) -> None:
        """Take an event, if its signature is right."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        secret = os.environ["WHATSAPP_APP_SECRET"].encode()
        expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, self.headers.get("X-Hub-Signature-256", "")):
            self.answer(403)
            return
        # Confirmed before it is worked on: an endpoint that takes long gets the event again.
        self.answer(200)
        for entry in json.loads(body)["entry"]:
            for change in entry["changes"]:
                work_on(change["value"])

    def answer(self, status: int, text: str = "") -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""


def work_on(value: dict) -> None:
    """Print an event, and answer a message."""
    for message in value.get("messages", []):
        print("message:", message.get("text", {}).get("body", message["type"]), flush=True)
        send_text(message["from"], "Thank you, we will look into it.", answers=message["id"])
    for status in value.get("statuses", []):
        print(f"{status['status']}:", status["id"], flush=True)


def send_text(to: str, text: str, *, answers: str) -> None:
    """Send a text that answers a message."""
    body = {"messaging_product": "whatsapp", "to": to, "text": {"body": text}, "context": {"message_id": answers}}
    request = urllib.request.Request(  # noqa: S310  the address is the sandbox's own
        f"{os.environ['WHATSAPP_CLOUD_BASE_URL']}/v24.0/{os.environ['WHATSAPP_PHONE_NUMBER_ID']}/messages",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {os.environ['WHATSAPP_TOKEN']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310  the same
        print("answered:", json.load(answer)["messages"][0]["id"], flush=True)


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", PORT), Webhook).serve_forever()
