"""The live socket of one device (spec/wire.md section 4): connects, says hello, and comes back by itself until it is
closed.

It decides nothing and stores nothing: events are handed over and acknowledged only when the owner says they are stored;
after a lost connection everything not acknowledged is handed over again. Envelopes given to it are sent until each has
a result; its queue is in memory, so the owner keeps them stored until then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from secrets import SystemRandom

import aiohttp
import msgspec

from handschlag.relay_client.back_off import wait_before
from handschlag.relay_client.errors import RelayError
from handschlag.relay_client.http import RelayHttp
from handschlag.relay_client.outgoing_queue import OutgoingQueue
from handschlag.telemetry.logs import get_logger
from handschlag.wire.envelope import OutgoingEnvelope
from handschlag.wire.frames import (
    CLOSE_BAD_FRAME,
    CLOSE_BAD_TOKEN,
    CLOSE_RATE_LIMITED,
    CLOSE_REPLACED,
    Acknowledge,
    Deliver,
    Event,
    Hello,
    Keys,
    RelayFrame,
    Result,
    Results,
    Send,
    Welcome,
)
from handschlag.wire.limits import FRAME_BYTES

QUEUED_ENVELOPES = 10_000
# A relay that says nothing for this long is asked; without an answer in half of it the connection counts as lost.
_HEARTBEAT_SECONDS = 20.0
_WELCOME_SECONDS = 15.0

_log = get_logger(__name__)
_encode = msgspec.json.Encoder().encode
_parse: Callable[[str | bytes], RelayFrame] = msgspec.json.Decoder(RelayFrame).decode
_random = SystemRandom().random


@dataclass(frozen=True)
class LinkCallbacks:
    """Who is told; each is called on the event loop and must not block. `on_down` gets the close code, or None."""

    on_welcome: Callable[[Welcome], None]
    on_events: Callable[[list[Event]], None]
    on_results: Callable[[list[Result]], None]
    on_keys: Callable[[Keys], None]
    on_down: Callable[[int | None], None] = lambda _code: None
    on_numbers_back: Callable[[int], None] = lambda _last: None


class LiveLink:
    """One device's connection to its relay."""

    def __init__(
        self,
        http: RelayHttp,
        callbacks: LinkCallbacks,
        *,
        last: int = 0,
        queue_limit: int = QUEUED_ENVELOPES,
        chance: Callable[[], float] = _random,
    ) -> None:
        """`last` is the number of the last event stored; `chance` returns a number in 0 to 1 for the jitter."""
        self._http = http
        self._callbacks = callbacks
        self._last = last
        self._acknowledged = last
        self._chance = chance
        self._queue = OutgoingQueue(queue_limit)
        self._work = asyncio.Event()
        self._hurry = asyncio.Event()
        self._room = asyncio.Event()
        self._connected = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether the relay said welcome and the connection stands."""
        return self._connected.is_set()

    async def wait_until_connected(self) -> None:
        """Return when the relay said welcome."""
        await self._connected.wait()

    @property
    def room(self) -> int:
        """How many envelopes `send_envelopes` takes now."""
        return self._queue.room

    def start(self) -> None:
        """Begin to connect, and go on until `close`."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Close the connection; what has no result yet is left to the owner's store."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def reconnect_now(self) -> None:
        """Do not wait any longer before the next try."""
        self._hurry.set()

    def send_envelopes(self, envelopes: list[OutgoingEnvelope]) -> None:
        """Queue envelopes, which leave together with all others of this turn of the loop; raises LinkFull and takes none."""
        self._queue.add(envelopes)
        self._work.set()

    async def wait_for_room(self, count: int = 1) -> None:
        """Return when at least `count` envelopes would be taken."""
        while self._queue.room < count:
            self._room.clear()
            await self._room.wait()

    def acknowledge(self, up_to: int) -> None:
        """Say that every event up to this number is stored; the relay will forget them."""
        if up_to > self._last:
            self._last = up_to
            self._work.set()

    async def _run(self) -> None:
        attempt = 0
        while True:
            code: int | None = None
            welcomed = False
            try:
                welcomed, code = await self._connection()
            except (aiohttp.ClientError, TimeoutError, OSError, RelayError) as error:
                _log.info("relay_not_reached", error=type(error).__name__, attempts=attempt)
            except Exception:  # noqa: BLE001  an owner's mistake must not end the link
                # An owner's callback failed: what it was given is not acknowledged and comes again.
                _log.exception("live_link_failed", attempts=attempt)
            if code == CLOSE_BAD_TOKEN:
                self._http.forget_token()
            attempt = 0 if welcomed else attempt + 1
            self._callbacks.on_down(code)
            self._hurry.clear()
            waiting = wait_before(attempt, self._chance(), calm=code in {CLOSE_REPLACED, CLOSE_RATE_LIMITED})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), waiting)

    async def _connection(self) -> tuple[bool, int | None]:
        """Live through one connection; returns whether the relay said welcome, and the close code."""
        token = await self._http.token()
        welcomed, code = False, None
        writer: asyncio.Task[None] | None = None
        async with self._http.session.ws_connect(
            f"{self._http.base_url}/v1/live", heartbeat=_HEARTBEAT_SECONDS, max_msg_size=FRAME_BYTES + 1024, compress=0
        ) as socket:
            try:
                await socket.send_frame(_encode(Hello(token=token, last=self._last)), aiohttp.WSMsgType.TEXT)
                self._acknowledged = self._last
                timeout: float | None = _WELCOME_SECONDS
                while True:
                    message = await socket.receive(timeout)
                    if message.type not in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}:
                        # The socket's own close code becomes 1006 if the relay is gone before our goodbye reaches it.
                        code = message.data if message.type is aiohttp.WSMsgType.CLOSE else None
                        break
                    frame = self._parsed(message.data)
                    if frame is None or (writer is None) != isinstance(frame, Welcome):
                        await socket.close(code=CLOSE_BAD_FRAME)
                        break
                    if writer is None:
                        writer = asyncio.get_running_loop().create_task(self._write(socket))
                        timeout = None
                        welcomed = True
                        self._connected.set()
                    self._hand_over(frame)
            finally:
                self._connected.clear()
                self._queue.disconnected()
                if writer is not None:
                    writer.cancel()
                    with suppress(asyncio.CancelledError):
                        await writer
            return welcomed, code or socket.close_code

    def _parsed(self, data: str | bytes) -> RelayFrame | None:
        try:
            return _parse(data)
        except msgspec.DecodeError:
            return None

    def _hand_over(self, frame: RelayFrame) -> None:
        match frame:
            case Results(results=results):
                self._queue.settle(results)
                self._room.set()
                self._callbacks.on_results(results)
            case Deliver(events=events):
                if events and events[0].number <= self._last:
                    # The relay was restored from an older copy: its numbers went back, ours must follow to be heard.
                    self._last = self._acknowledged = events[0].number - 1
                    self._callbacks.on_numbers_back(self._last)
                self._callbacks.on_events(events)
            case Keys():
                self._callbacks.on_keys(frame)
            case Welcome():
                self._work.set()
                self._callbacks.on_welcome(frame)

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Write what came together in each turn of the loop: one acknowledgement, and as few send frames as hold it."""
        try:
            while True:
                await self._work.wait()
                self._work.clear()
                if self._last > self._acknowledged:
                    self._acknowledged = self._last
                    await socket.send_frame(_encode(Acknowledge(up_to=self._last)), aiohttp.WSMsgType.TEXT)
                while envelopes := self._queue.take_frame():
                    await socket.send_frame(_encode(Send(envelopes=envelopes)), aiohttp.WSMsgType.TEXT)
        except (ConnectionError, aiohttp.ClientError):
            # The reading side sees the same end and closes the connection.
            return
