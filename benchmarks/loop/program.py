"""The company's program: posts messages, as many as it may or at a steady rate, and hears of them at its webhook."""

from __future__ import annotations

import asyncio
from collections import deque
from time import perf_counter

import msgspec

from loop.light_http import PostConnection, WebhookHost

_TICK_SECONDS = 0.001
_DRAIN_SECONDS = 30.0
_WAMID = b'"id":"'


class _Message(msgspec.Struct):
    sender: str = msgspec.field(name="from")


class _Status(msgspec.Struct):
    id: str
    status: str


class _Value(msgspec.Struct):
    messages: list[_Message] = []
    statuses: list[_Status] = []


class _Change(msgspec.Struct):
    value: _Value


class _Entry(msgspec.Struct):
    changes: list[_Change]


class _Post(msgspec.Struct):
    entry: list[_Entry]


_decode = msgspec.json.Decoder(_Post).decode


class Program:
    """Sends, and counts what it is told; `post_ms` and `webhook_ms` are kept while `measuring`."""

    def __init__(self) -> None:
        self.posted = self.accepted = self.delivered = self.posts_received = 0
        self.refused: dict[int, int] = {}
        self.numbers: set[str] = set()
        self.measuring = False
        self.post_ms: list[float] = []
        self.webhook_ms: list[float] = []
        self._requests: list[bytes] = []
        self._connections: list[PostConnection] = []
        self._idle: list[PostConnection] = []
        self._under_way: dict[str, float] = {}
        self._early: set[str] = set()
        self._in_flight = 0
        self._due: deque[float] = deque()
        self._host: asyncio.Server | None = None
        self._changed = asyncio.Event()

    # Being told

    async def listen(self) -> str:
        """Open the webhook and return its address."""
        loop = asyncio.get_running_loop()
        self._host = await loop.create_server(lambda: WebhookHost(self._on_webhook), "127.0.0.1", 0, backlog=1024)
        return f"http://127.0.0.1:{self._host.sockets[0].getsockname()[1]}/webhook"

    def stop_listening(self) -> None:
        if self._host is not None:
            self._host.close()

    async def wait_for_customers(self, count: int) -> list[str]:
        """Return the numbers of the customers who have written, when there are enough."""
        while len(self.numbers) < count:
            self._changed.clear()
            await self._changed.wait()
        return sorted(self.numbers)

    def _on_webhook(self, body: bytes) -> None:
        self.posts_received += 1
        now = perf_counter()
        for entry in _decode(body).entry:
            for change in entry.changes:
                for status in change.value.statuses:
                    if status.status == "delivered":
                        self._on_delivered(status.id, now)
                self.numbers.update(message.sender for message in change.value.messages)
        self._changed.set()
        self._send()

    def _on_delivered(self, id_: str, now: float) -> None:
        began = self._under_way.pop(id_, None)
        if began is None:
            # The answer to the request is still on its way.
            self._early.add(id_)
            return
        self.delivered += 1
        if self.measuring:
            self.webhook_ms.append((now - began) * 1e3)

    # Sending

    async def connect(self, port: int, requests: list[bytes], connections: int) -> None:
        """Open connections to a gateway; the requests are posted one after the other, again and again."""
        self._requests = requests
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            _, connection = await loop.create_connection(
                lambda: PostConnection(self._on_answer, self._on_lost), "127.0.0.1", port
            )
            self._connections.append(connection)
        self._idle = list(self._connections)

    def disconnect(self) -> None:
        connections, self._connections, self._idle = self._connections, [], []
        for connection in connections:
            connection.transport.close()

    def send_closed(self, in_flight: int) -> None:
        """Post whenever fewer than `in_flight` messages are without their delivered status."""
        self._in_flight = in_flight
        self._send()

    def stop_sending(self) -> None:
        self._in_flight = 0

    async def send_paced(self, rate: float, seconds: float) -> None:
        """Post at a rate, whatever the answers do; times are taken from when a message was due."""
        began, made = perf_counter(), 0
        while (now := perf_counter()) < began + seconds:
            while made < rate * (now - began):
                self._due.append(began + made / rate)
                made += 1
            while self._due and self._idle:
                self._post(self._due.popleft())
            await asyncio.sleep(_TICK_SECONDS)

    async def drain(self) -> int:
        """Wait until every message has its delivered status, or for half a minute in which none comes; return how many have not."""
        while self.posted > self.accepted + sum(self.refused.values()) or self._under_way:
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), _DRAIN_SECONDS)
            except TimeoutError:
                break
        return len(self._under_way)

    async def wait_for_answers(self, count: int) -> None:
        """Return when that many requests were answered."""
        while self.accepted + sum(self.refused.values()) < count:
            self._changed.clear()
            await self._changed.wait()

    def _send(self) -> None:
        while self._idle and self.posted - self.delivered < self._in_flight:
            self._post(perf_counter())

    def _post(self, due: float) -> None:
        self._idle.pop().post(self._requests[self.posted % len(self._requests)], due)
        self.posted += 1

    def _on_answer(self, connection: PostConnection, status: int, body: bytes) -> None:
        now = perf_counter()
        if status == 200:
            self.accepted += 1
            start = body.rindex(_WAMID) + len(_WAMID)
            id_ = body[start : body.index(b'"', start)].decode()
            self._under_way[id_] = connection.began
            if id_ in self._early:
                self._early.remove(id_)
                self._on_delivered(id_, now)
        else:
            self.refused[status] = self.refused.get(status, 0) + 1
        if self.measuring:
            self.post_ms.append((now - connection.began) * 1e3)
        self._idle.append(connection)
        self._changed.set()
        self._send()

    def _on_lost(self, connection: PostConnection) -> None:
        if connection in self._connections:
            raise SystemExit("the gateway closed a connection")
