"""A relay and a gateway with one company, as processes of this checkout with their own defaults, and customers who have written."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from loop.light_http import post_request
from loop.processes import Helper, Server, run
from loop.program import Program

# What a benchmark may set: limits against floods, and that a callback may be on this machine. Nothing about the disk.
_NO_LIMIT = (
    "ACCOUNTS_PER_HOUR",
    "LOGINS_PER_MINUTE",
    "CARDS_PER_MINUTE",
    "CALLS_PER_MINUTE",
    "CLAIMS_PER_MINUTE",
    "CUSTOMER_ENVELOPES_PER_MINUTE",
    "COMPANY_ENVELOPES_PER_SECOND",
)
_BODY = (
    '{"messaging_product":"whatsapp","recipient_type":"individual","to":"%s","type":"text","text":{"preview_url":false,'
    '"body":"Hello, your order 12345 has shipped and will arrive on Tuesday. Track at https://example.com/t/12345 . '
    'Thanks for shopping with us!"},"biz_opaque_callback_data":"order 12345"}'
)


@asynccontextmanager
async def opened_house(customers: int, console: Console) -> AsyncIterator[House]:
    """Return a house whose customers have joined, and leave nothing of it behind, also when told to end."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    # Beside the program and not in a folder for temporary files, which may be memory and know no flush.
    with TemporaryDirectory(dir=Path.cwd(), prefix=".benchmark-") as folder:
        house = House(Path(folder), customers)
        try:
            with console.status(f"{customers} customers join"):
                await house.start()
            yield house
        finally:
            await house.stop()


class House:
    """Relay, gateway, customers and the company's program; `start_gateway` comes after `start`."""

    def __init__(self, folder: Path, customers: int) -> None:
        self._relay_environment = {"HANDSCHLAG_RELAY_DATA": str(folder / "relay"), "HANDSCHLAG_RELAY_PORT": "0"} | {
            f"HANDSCHLAG_RELAY_{name}": "0" for name in _NO_LIMIT
        }
        self._gateway_environment = {
            "HANDSCHLAG_GATEWAY_DATA": str(folder / "gateway"),
            "HANDSCHLAG_GATEWAY_PORT": "0",
            "HANDSCHLAG_GATEWAY_PRIVATE_CALLBACKS": "true",
            "HANDSCHLAG_GATEWAY_MESSAGES_PER_SECOND": "0",
            "HANDSCHLAG_GATEWAY_PAIR_BURST": "0",
        }
        self.relay = Server("relay", "serve", environment=self._relay_environment, says="relay_started")
        self.gateway = Server("gateway", "serve", environment=self._gateway_environment, says="gateway_listening")
        self.program = Program()
        self.customers: Helper | None = None
        self._count = customers
        self._company: dict[str, str] = {}
        self._callback = ""

    async def start(self) -> None:
        """Start the servers, enrol the company, and let every customer write to it."""
        await self.relay.start()
        printed = await run(
            *("relay", "invite", "--name", "Möwe Air", "--method", "demonstration"),
            environment=self._relay_environment,
        )
        enrol = ("gateway", "enrol", "--relay-url", self.relay.url, "--invitation", printed.strip())
        printed = await run(
            *enrol, "--name", "Möwe Air", "--handle", "moewe-air", environment=self._gateway_environment
        )
        self._company = {f[0]: f[1] for line in printed.splitlines() if len(f := line.split()) == 2}
        self._callback = await self.program.listen()
        await self.start_gateway(merge=1)
        self.customers = Helper("customers.py", self.relay.url, self._company["account"], str(self._count))
        await self.customers.start()
        await self.program.wait_for_customers(self._count)
        await self.customers.answer()
        await self.gateway.stop()

    async def start_gateway(self, *, merge: int) -> None:
        """Start the gateway, which posts at most `merge` events at once under backlog."""
        await run(
            *("gateway", "webhook", "set", self._callback, "--merge", str(merge)),
            environment=self._gateway_environment,
        )
        await self.gateway.start()

    def requests(self) -> list[bytes]:
        """Return a request to write to each customer."""
        path = f"/v23.0/{self._company['phone_number_id']}/messages"
        host, token = f"127.0.0.1:{self.gateway.port}", self._company["access_token"]
        return [post_request(path, host, token, (_BODY % to).encode()) for to in sorted(self.program.numbers)]

    async def opened(self) -> int:
        """Return how many messages the customers have opened."""
        assert self.customers is not None
        counts = await self.customers.ask()
        if counts["unopened"]:
            raise SystemExit(f"customers could not open {counts['unopened']} messages")
        return int(counts["opened"])

    async def stop_customers(self) -> None:
        """Let the customers go."""
        if self.customers is not None:
            await self.customers.stop()

    async def stop(self) -> None:
        """Stop everything that runs."""
        self.program.disconnect()
        await self.stop_customers()
        await self.gateway.stop()
        await self.relay.stop()
        self.program.stop_listening()
