"""The live socket: one per device; frames are read in order, written in batches, and nothing waits for a slow device.

A socket has one writer. Whatever is to be sent is put into its queue as bytes; when the writer gets to it, all events that
collected become one `deliver` frame. A device that does not read is closed when its queue holds too much: its mailbox keeps
everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator

import msgspec
from aiohttp import WSMsgType, web

from handschlag.relay.actions.accounts.change_devices import note_device_seen
from handschlag.relay.actions.accounts.log_in import authenticate
from handschlag.relay.actions.accounts.upload_keys import read_stock
from handschlag.relay.actions.envelopes.accept_envelopes import EnvelopeDesk
from handschlag.relay.context import Context
from handschlag.relay.errors import Forbidden, Unauthorized
from handschlag.relay.http.cross_origin import origin_is_allowed
from handschlag.relay.http.requests import CONTEXT
from handschlag.relay.mailroom import Address, Mailbox
from handschlag.telemetry.logs import get_logger
from handschlag.wire import frames, limits
from handschlag.wire.frames import Acknowledge, ClientFrame, Hello, Keys, Result, Results, Send, Welcome

_HELLO_SECONDS = 10.0
_PING_SECONDS = 30.0
_QUEUE_BYTES = 16 * 1024 * 1024
_EVENTS_PER_FRAME = 500
_EVENTS_BYTES = limits.FRAME_BYTES - 1024
_REASON_BYTES = 123

_log = get_logger(__name__)
_decode = msgspec.json.Decoder(ClientFrame).decode
_encode = msgspec.json.Encoder().encode


class Socket:
    """One device's connection."""

    def __init__(self, web_socket: web.WebSocketResponse) -> None:
        self._web_socket = web_socket
        self._frames: list[bytes] = []
        self._events: list[bytes] = []
        self._queued = 0
        self._wake = asyncio.Event()
        self._close: tuple[int, str] | None = None

    @property
    def closing(self) -> bool:
        """Whether this connection is to end: nothing it says counts any more."""
        return self._close is not None

    def send_frame(self, frame: object) -> None:
        """Queue a frame."""
        self._queue(self._frames, _encode(frame))

    def send_event(self, event: bytes) -> None:
        """Queue an event for the next deliver frame."""
        self._queue(self._events, event)

    def answer(self, results: list[Result]) -> None:
        """Queue the answers to a send frame."""
        self.send_frame(Results(results))

    def close(self, code: int, reason: str) -> None:
        """Close once what is queued was written; a reason is at most 123 bytes (RFC 6455 section 5.5)."""
        reason = reason.encode()[:_REASON_BYTES].decode(errors="ignore")
        self._close = self._close or (code, reason)
        self._wake.set()

    def _queue(self, queue: list[bytes], data: bytes) -> None:
        self._queued += len(data)
        if self._queued > _QUEUE_BYTES:
            self._frames.clear()
            self._events.clear()
            self.close(frames.CLOSE_RATE_LIMITED, "too much unread")
            return
        queue.append(data)
        self._wake.set()

    async def write(self) -> None:
        """Write what is queued, until the socket closes."""
        while not self._web_socket.closed:
            await self._wake.wait()
            self._wake.clear()
            waiting, self._frames = self._frames, []
            for frame in waiting:
                await self._send(frame)
            events, self._events = self._events, []
            for page in _pages(events):
                await self._send(b'{"type":"deliver","events":[%b]}' % b",".join(page))
            if self._close is not None:
                await self._web_socket.close(code=self._close[0], message=self._close[1].encode())
                return

    async def _send(self, data: bytes) -> None:
        await self._web_socket.send_frame(data, WSMsgType.TEXT)
        self._queued = max(0, self._queued - len(data))


def _pages(events: list[bytes]) -> Iterator[list[bytes]]:
    """Cut events into what fits a frame, by number and by bytes."""
    page: list[bytes] = []
    size = 0
    for event in events:
        if page and (len(page) >= _EVENTS_PER_FRAME or size + len(event) > _EVENTS_BYTES):
            yield page
            page, size = [], 0
        page.append(event)
        size += len(event) + 1
    if page:
        yield page


class Sockets:
    """All connections of this relay."""

    def __init__(self, context: Context, kept: dict[tuple[str, int], int]) -> None:
        self._context = context
        self._open: dict[int, Socket] = {}
        self.desk = EnvelopeDesk(context, kept)

    def add(self, address: Address, socket: Socket) -> Mailbox:
        """Take a device's connection; one it had before is closed."""
        before = self._open.get(address.mailbox)
        if before is not None:
            before.close(frames.CLOSE_REPLACED, "the device connected again")
        self._open[address.mailbox] = socket
        self._context.metrics.connected.set(len(self._open))
        return self._context.mailroom.connect(address, socket.send_event)

    def remove(self, socket: Socket, mailbox: Mailbox) -> None:
        """Forget a connection that ended."""
        self._context.mailroom.disconnect(mailbox)
        self._context.wake_ups.missed(mailbox.address.mailbox)
        if self._open.get(mailbox.address.mailbox) is socket:
            del self._open[mailbox.address.mailbox]
        self._context.metrics.connected.set(len(self._open))

    def sign_out(self, mailbox: int) -> None:
        """Close the connection of a device that was removed."""
        socket = self._open.get(mailbox)
        if socket is not None:
            socket.close(frames.CLOSE_SIGNED_OUT, "this device was signed out")

    async def tell_stock(self, mailboxes: Iterable[int]) -> None:
        """Tell connected devices whose one-time keys fell below half."""
        for box in mailboxes:
            socket = self._open.get(box)
            if socket is not None:
                stock = await read_stock(self._context, box)
                if stock.one_time_keys < limits.ONE_TIME_KEYS_WANTED // 2:
                    socket.send_frame(Keys(stock.one_time_keys, stock.unused_fallback_keys))

    def close_all(self) -> None:
        """Close every connection: the relay stops."""
        for socket in list(self._open.values()):
            socket.close(frames.CLOSE_RESTARTING, "restarting")


SOCKETS: web.AppKey[Sockets] = web.AppKey("sockets", Sockets)


async def get_live(request: web.Request) -> web.WebSocketResponse:
    """GET /v1/live."""
    if not origin_is_allowed(request):
        raise Forbidden("this origin may not connect", field="Origin")
    # Ciphertext does not compress; the heartbeat finds devices that went away without a word.
    web_socket = web.WebSocketResponse(compress=False, max_msg_size=limits.FRAME_BYTES, heartbeat=_PING_SECONDS)
    await web_socket.prepare(request)
    socket = Socket(web_socket)
    writer = asyncio.create_task(socket.write())
    try:
        await _serve(request, web_socket, socket)
    finally:
        socket.close(1000, "")
        await asyncio.wait({writer}, timeout=5)
        writer.cancel()
    return web_socket


async def _serve(request: web.Request, web_socket: web.WebSocketResponse, socket: Socket) -> None:
    context, sockets = request.app[CONTEXT], request.app[SOCKETS]
    try:
        hello = await asyncio.wait_for(_next_frame(web_socket), _HELLO_SECONDS)
        if not isinstance(hello, Hello):
            socket.close(frames.CLOSE_BAD_FRAME, "the first frame is hello")
            return
        address = await authenticate(context, hello.token)
    except (TimeoutError, Unauthorized) as error:
        socket.close(frames.CLOSE_BAD_TOKEN, str(error) or "no hello within 10 s")
        return
    except msgspec.DecodeError as error:
        socket.close(frames.CLOSE_BAD_FRAME, str(error)[:100])
        return
    mailbox = sockets.add(address, socket)
    try:
        await note_device_seen(context, address)
        await _welcome(context, socket, mailbox, hello.last)
        while (frame := await _next_frame(web_socket)) is not None and not socket.closing:
            await _handle(context, sockets, socket, mailbox, frame)
    except msgspec.DecodeError as error:
        socket.close(frames.CLOSE_BAD_FRAME, str(error)[:100])
    except Exception:  # noqa: BLE001  one socket's failure is not the others'
        _log.exception("socket_failed", device=address.device)
        socket.close(frames.CLOSE_RESTARTING, "the relay failed; connect again")
    finally:
        sockets.remove(socket, mailbox)


async def _handle(
    context: Context, sockets: Sockets, socket: Socket, mailbox: Mailbox, frame: Hello | Send | Acknowledge
) -> None:
    """Do what a frame asks; raises DecodeError for one that has no place here."""
    if isinstance(frame, Send):
        if len(frame.envelopes) > limits.ENVELOPES_PER_FRAME:
            raise msgspec.DecodeError(f"{len(frame.envelopes)} envelopes, at most {limits.ENVELOPES_PER_FRAME} a frame")
        await sockets.desk.accept(mailbox.address, frame.envelopes, socket.answer)
    elif isinstance(frame, Acknowledge):
        count = context.mailroom.acknowledge(mailbox, frame.up_to, context.clock.now())
        context.metrics.acknowledged.inc(count)
    else:
        raise msgspec.DecodeError("hello is said once")


async def _welcome(context: Context, socket: Socket, mailbox: Mailbox, last: int) -> None:
    stock = await read_stock(context, mailbox.address.mailbox)
    now = context.clock.now()
    waiting = context.mailroom.waiting.get(mailbox.address.mailbox, 0)
    socket.send_frame(
        Welcome(
            time=now,
            waiting=waiting,
            one_time_keys=stock.one_time_keys,
            unused_fallback_keys=stock.unused_fallback_keys,
        )
    )
    await context.mailroom.resume(mailbox, last, now)


async def _next_frame(web_socket: web.WebSocketResponse) -> Hello | Send | Acknowledge | None:
    """Return the next frame, None at the end; raises DecodeError for anything that is none."""
    message = await web_socket.receive()
    if message.type is WSMsgType.TEXT:
        try:
            frame: Hello | Send | Acknowledge = _decode(message.data)
        except RecursionError:
            raise msgspec.DecodeError("brackets without end") from None
        return frame
    if message.type is WSMsgType.BINARY:
        raise msgspec.DecodeError("frames are text")
    return None
