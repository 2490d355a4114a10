"""The relay's own process never loads what opens messages: not by its commands, not while it serves."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp

SEALED_FROM_THE_RELAY = (
    "handschlag.content",
    "handschlag.crypto",
    "handschlag.device",
    "handschlag.gateway",
    "handschlag.relay_client",
    "handschlag.sandbox",
    "vodozemac",
)

# Runs `handschlag` as its script does; at the end writes every module it has loaded, or has even looked for.
PROGRAM = """
import atexit, sys
report, *arguments = sys.argv[1:]
asked = set()
class Witness:
    def find_spec(self, name, path=None, target=None):
        asked.add(name)
sys.meta_path.insert(0, Witness())
atexit.register(lambda: open(report, "w").write("\\n".join(asked | sys.modules.keys())))
sys.argv = ["handschlag", *arguments]
from handschlag.cli.app import app
app()
"""


def forbidden(report: Path) -> set[str]:
    loaded = report.read_text().split()
    assert "handschlag.wire.envelope" in loaded
    return {name for name in loaded if name.startswith(SEALED_FROM_THE_RELAY)}


async def handschlag(report: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(report), *arguments,
        env=os.environ | environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_a_serving_relay_has_loaded_nothing_that_opens_a_message(tmp_path: Path) -> None:
    relay = {"HANDSCHLAG_RELAY_DATA": str(tmp_path / "relay"), "HANDSCHLAG_RELAY_PORT": "0"}
    process = await handschlag(tmp_path / "served", "relay", "serve", **relay)
    assert process.stderr is not None
    port = 0
    async for line in process.stderr:
        if b'"relay_started"' in line:
            port = int(line.split(b'"port": ')[1].split(b",")[0].split(b"}")[0])
            break
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for path in ("/health", "/metrics", "/v1/relay", "/v1/companies/nobody"):
            async with session.get(path) as answer:
                assert answer.status in {200, 404}
        async with session.ws_connect("/v1/live") as socket:
            await socket.send_str('{"type":"hello","token":"no"}')
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    process.send_signal(signal.SIGTERM)
    await process.communicate()
    assert process.returncode == 0
    assert not forbidden(tmp_path / "served")


async def test_inviting_a_company_loads_nothing_that_opens_a_message(tmp_path: Path) -> None:
    relay = {"HANDSCHLAG_RELAY_DATA": str(tmp_path / "relay")}
    process = await handschlag(
        tmp_path / "invited", "relay", "invite", "--name", "Möwe Air", "--method", "domain", **relay
    )
    code, _ = await process.communicate()
    assert process.returncode == 0
    assert code.strip()
    assert not forbidden(tmp_path / "invited")


async def test_the_witness_sees_what_a_gateway_loads(tmp_path: Path) -> None:
    gateway = {"HANDSCHLAG_GATEWAY_DATA": str(tmp_path / "gateway")}
    process = await handschlag(tmp_path / "listed", "gateway", "companies", **gateway)
    await process.communicate()
    assert process.returncode == 0
    assert {"vodozemac", "handschlag.content.text"} <= forbidden(tmp_path / "listed")
