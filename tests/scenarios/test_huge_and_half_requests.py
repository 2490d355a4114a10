"""Bodies without end, broken HTTP and requests that never end: refused, without the servers growing, and the others go on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import aiohttp
import pytest
import pytest_asyncio

from handschlag.content.message_id import message_id
from tests.support.server_process import ServerProcess
from tests.support.town import Town

pytestmark = pytest.mark.asyncio(loop_scope="module")

HUNDRED_MEGABYTES = 100 * 1024 * 1024
PIECE = b"x" * 65_536
# What a server may hold of it: one body's limit, buffers, and what the allocator keeps.
MOST_GROWTH = 16 * 1024 * 1024


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    async with Town(tmp_path_factory.mktemp("town")) as made:
        ines = await made.customer("Ines")
        await made.receiver.message(message_id(await made.write(ines, "Moin")))
        yield made


def doors(town: Town) -> dict[str, tuple[ServerProcess, int, str]]:
    """Return each door that takes a body: its server, port and request line with headers."""
    token = f"\r\nAuthorization: Bearer {town.token}"
    messages = f"POST /v23.0/{town.company.phone_number_id}/messages HTTP/1.1"
    gateway, relay = town.gateway_settings.port, town.relay_settings.port
    return {
        "messages": (town.gateway, gateway, messages + token),
        "messages without a token": (town.gateway, gateway, messages),
        "subscriptions": (town.gateway, gateway, f"POST /{town.company.app_id}/subscriptions HTTP/1.1" + token),
        "accounts": (town.relay, relay, "POST /v1/accounts HTTP/1.1"),
        "challenge": (town.relay, relay, "POST /v1/auth/challenge HTTP/1.1"),
        "grants": (town.relay, relay, "POST /v1/consent/grants HTTP/1.1"),
    }


DOORS = ("messages", "messages without a token", "subscriptions", "accounts", "challenge", "grants")


async def poured(port: int, head: bytes, *, chunked: bool) -> bytes:
    """Send a head and a hundred megabytes as long as they are taken; return what was answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def pour() -> None:
        with suppress(OSError):
            writer.write(head)
            for _ in range(HUNDRED_MEGABYTES // len(PIECE)):
                writer.write(b"%x\r\n%b\r\n" % (len(PIECE), PIECE) if chunked else PIECE)
                await writer.drain()

    pouring = asyncio.create_task(pour())
    answer = b""
    with suppress(OSError):
        answer = await reader.read(4096)
    pouring.cancel()
    await asyncio.gather(pouring, return_exceptions=True)
    writer.close()
    return answer


async def memory_of(server: ServerProcess) -> int:
    """Return the bytes of memory that a server holds."""
    asked = await asyncio.create_subprocess_exec(
        "ps", "-o", "rss=", "-p", str(server.pid), stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await asked.communicate()
    return int(answer) * 1024


async def everything_works(town: Town) -> None:
    """A message still goes both ways."""
    ines = town.customers[0]
    hello = message_id(await town.write(ines, "Seid ihr noch da?"))
    heard = await town.receiver.message(hello)
    status, answer = await town.post({"to": heard["from"], "text": {"body": "Ja."}})
    assert status == 200, answer
    await town.receiver.status(answer["messages"][0]["id"], "delivered")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("chunked", [False, True], ids=["that says its length", "in pieces"])
async def test_a_hundred_megabytes_are_refused_without_being_held(town: Town, door: str, chunked: bool) -> None:
    server, port, request = doors(town)[door]
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {HUNDRED_MEGABYTES}"
    head = f"{request}\r\nHost: localhost\r\nContent-Type: application/json\r\n{length}\r\n\r\n".encode()
    before = most = await memory_of(server)
    for _ in range(3):
        pouring = asyncio.create_task(poured(port, head, chunked=chunked))
        while not pouring.done():
            await asyncio.wait({pouring}, timeout=0.05)
            most = max(most, await memory_of(server))
        assert int((await pouring).split()[1]) in {401, 413}
    assert most - before < MOST_GROWTH


async def test_a_frame_of_a_hundred_megabytes_closes_the_socket(town: Town) -> None:
    before = await memory_of(town.relay)
    reader, writer = await asyncio.open_connection("127.0.0.1", town.relay_settings.port)
    writer.write(
        b"GET /v1/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
    )
    assert b"101" in await reader.readuntil(b"\r\n\r\n")
    writer.write(b"\x81\xff" + HUNDRED_MEGABYTES.to_bytes(8, "big") + b"mask")
    with suppress(OSError):
        for _ in range(HUNDRED_MEGABYTES // len(PIECE)):
            writer.write(PIECE)
            await writer.drain()
    with suppress(OSError):
        assert len(await reader.read()) < 1024
    writer.close()
    assert await memory_of(town.relay) - before < MOST_GROWTH
    await everything_works(town)


@pytest.mark.parametrize("place", ["gateway", "relay"])
@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
        b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: 1\r\n" * 10_000 + b"\r\n",
    ],
    ids=["TLS", "version", "negative", "smuggling", "chunk", "long header", "long path", "many headers"],
)
async def test_broken_http_is_refused_without_a_traceback(town: Town, place: str, data: bytes) -> None:
    port = town.gateway_settings.port if place == "gateway" else town.relay_settings.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with suppress(OSError):
        writer.write(data)
        await writer.drain()
        answer = await asyncio.wait_for(reader.read(65_536), 10)
        assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")), answer[:100]
        assert b"Traceback" not in answer
        assert b".py" not in answer
    writer.close()


async def test_three_hundred_half_requests_hold_nobody_up(town: Town) -> None:
    halves = [
        b"POST /v1/accounts HTTP/1.1\r\nHost: local",
        b"POST /v1/accounts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{",
        b"",
    ]
    connections = []
    for number in range(300):
        port = (town.gateway_settings.port, town.relay_settings.port)[number % 2]
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(halves[number % 3])
        connections.append(writer)
    await everything_works(town)
    for url in (f"http://127.0.0.1:{town.gateway_settings.port}/health", f"{town.proxy.url}/health"):
        async with town.session.get(url, timeout=aiohttp.ClientTimeout(total=5)) as answer:
            assert answer.status == 200
    for writer in connections:
        writer.close()
