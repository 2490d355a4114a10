"""Each example does what it says, run as its own first lines say."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.cli.places import free_port
from tests.sandbox.process import SandboxProcess, until

EXAMPLES = Path(__file__).parents[2] / "examples"
_NAMES = {
    "WHATSAPP_CLOUD_BASE_URL": "gateway_url",
    "WHATSAPP_TOKEN": "access_token",
    "WHATSAPP_PHONE_NUMBER_ID": "phone_number_id",
    "WHATSAPP_APP_ID": "app_id",
    "WHATSAPP_APP_SECRET": "app_secret",
    "WHATSAPP_VERIFY_TOKEN": "verify_token",
}


def variables(sandbox: SandboxProcess) -> dict[str, str]:
    """Return what `handschlag sandbox env` exports under the names integrations know."""
    return os.environ | {name: sandbox.connection[field] for name, field in _NAMES.items()}


@contextmanager
def running(sandbox: SandboxProcess, name: str, log: Path) -> Iterator[str]:
    """Run an example that serves, and yield its address."""
    port = free_port()
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, str(EXAMPLES / name)], env=variables(sandbox) | {"PORT": str(port)}, stdout=out, stderr=out
        )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def shell(sandbox: SandboxProcess, script: str, argument: str) -> str:
    command = ["sh", str(EXAMPLES / script), argument]
    return subprocess.run(command, env=variables(sandbox), capture_output=True, text=True, check=True).stdout


def answers(sandbox: SandboxProcess, customer: dict[str, str], text: str) -> list[str]:
    """Let a customer write, and return the texts that answer it."""
    asked = sandbox.write(customer, text)

    def found() -> list[str]:
        messages = sandbox.messages(customer)
        return [m["text"]["body"] for m in messages if m.get("context", {}).get("id") == asked]

    return until(found)


def test_the_bot_answers_in_context(sandbox: SandboxProcess, tmp_path: Path) -> None:
    ines = sandbox.customer("Ines")
    with running(sandbox, "answering_bot.py", tmp_path / "log") as address:
        path = f"/{sandbox.connection['app_id']}/subscriptions"
        until(lambda: any(s["callback_url"] == address for s in sandbox.api("GET", path)[1]["data"]))
        assert answers(sandbox, ines, "Hello") == ["Hello Ines! Ask me for your gate."]
        assert answers(sandbox, ines, "Which gate?") == ["Your flight leaves from gate *B12*."]
        until(lambda: "delivered wamid." in (tmp_path / "log").read_text())


def test_the_receiver_verifies_prints_and_answers(sandbox: SandboxProcess, tmp_path: Path) -> None:
    ines = sandbox.customer("Ines")
    with running(sandbox, "webhook_receiver.py", tmp_path / "log") as address:
        until(lambda: listens(address))
        assert shell(sandbox, "subscribe.sh", address) == '{"success":true}\n'
        assert answers(sandbox, ines, "My bag is lost") == ["Thank you, we will look into it."]
        until(lambda: "delivered: wamid." in (tmp_path / "log").read_text())
        assert "message: My bag is lost" in (tmp_path / "log").read_text()
        assert httpx.post(address, content=b"{}").status_code == 403


def listens(address: str) -> bool:
    try:
        httpx.get(address)
    except httpx.TransportError:
        time.sleep(0.05)
        return False
    return True


def test_the_script_sends_a_template(sandbox: SandboxProcess) -> None:
    ines = sandbox.customer("Ines", consent=["utility"])
    assert '"message_status":"accepted"' in shell(sandbox, "send_departure.sh", ines["wa_id"])
    assert until(lambda: sandbox.messages(ines))[0]["rendered"]["header"] == "Flight MA 204"
