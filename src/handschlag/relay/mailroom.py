"""Mailboxes at work: events are numbered, stored, pushed to connected devices after their commit, and forgotten when acknowledged.

The life of an event: `put` numbers it and adds its row to the open batch; after the commit it is pushed to its device if that is
connected and keeps up. A device that has too much unacknowledged, or was away, is fed from the database, page by page, in order.
`acknowledge` deletes the rows and, for envelopes whose sender waits for it, puts a delivery note into the sender's mailbox in the
same commit. Pushing twice is harmless (devices know what they have); pushing out of order does not happen: numbers are given in
the order of commits, and a device is fed either from the database or by pushes, never by both.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from handschlag.database.store import Store
from handschlag.relay.storage.mailboxes import (
    FORGET_EVENT,
    STORE_EVENT,
    StoredEvent,
    read_acknowledged,
    read_events,
)
from handschlag.wire.frames import Note
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId
from handschlag.wire.limits import ENVELOPE_SECONDS, UNACKNOWLEDGED_BYTES, UNACKNOWLEDGED_EVENTS

_PAGE = 250
_encode_note = msgspec.json.Encoder().encode

Push = Callable[[bytes], None]


class Address(NamedTuple):
    """A device and the number of its mailbox."""

    mailbox: int
    account: AccountId
    device: DeviceId


class Mailbox:
    """One connected device: what it was sent and did not acknowledge, and how far it has been fed."""

    def __init__(self, room: Mailroom, address: Address, push: Push) -> None:
        self.address = address
        self._room = room
        self._push = push
        self._outstanding: deque[StoredEvent] = deque()
        self._outstanding_bytes = 0
        self._last_sent = 0
        self._last_skipped = 0
        self._feeding = True
        self._feeder: asyncio.Task[None] | None = None

    def start(self, after: int) -> None:
        """Feed everything beyond a number from the database, then by pushes."""
        self._last_sent = after
        self._feed()

    def stop(self) -> None:
        """Feed nothing any more."""
        if self._feeder is not None:
            self._feeder.cancel()

    def offer(self, event: StoredEvent) -> None:
        """Push a committed event, or leave it for the database to feed."""
        if self._feeding or self._room_left() <= 0:
            self._feeding, self._last_skipped = True, event.number
        else:
            self._send(event)

    def acknowledge(self, up_to: int) -> list[StoredEvent]:
        """Return the events that the device has stored now, and go on feeding if it had fallen behind."""
        stored = []
        while self._outstanding and self._outstanding[0].number <= up_to:
            event = self._outstanding.popleft()
            self._outstanding_bytes -= len(event.event)
            stored.append(event)
        if self._feeding and self._room_left() >= UNACKNOWLEDGED_EVENTS // 2:
            self._feed()
        return stored

    def outstanding(self) -> set[int]:
        """Return the numbers of the events on their way to the device."""
        return {event.number for event in self._outstanding}

    def _room_left(self) -> int:
        """Return how many more events may be on their way; large ones take the room of many."""
        by_bytes = UNACKNOWLEDGED_EVENTS * (UNACKNOWLEDGED_BYTES - self._outstanding_bytes) // UNACKNOWLEDGED_BYTES
        return min(UNACKNOWLEDGED_EVENTS - len(self._outstanding), by_bytes)

    def _send(self, event: StoredEvent) -> None:
        self._outstanding.append(event)
        self._outstanding_bytes += len(event.event)
        self._last_sent = event.number
        self._push(b'{"number":%d,%b}' % (event.number, event.event))

    def _feed(self) -> None:
        if self._feeder is None or self._feeder.done():
            self._feeder = asyncio.get_running_loop().create_task(self._feed_from_database())

    async def _feed_from_database(self) -> None:
        while (room := self._room_left()) > 0:
            # What was skipped before this look is committed, so it is on the page unless it is gone already.
            skipped, limit = self._last_skipped, min(_PAGE, room)
            page = await self._room.page(self.address.mailbox, self._last_sent, limit)
            for sent, event in enumerate(page):
                if sent and self._room_left() <= 0:
                    break
                self._send(event)
            else:
                if len(page) < limit and self._last_skipped == skipped:
                    self._feeding = False
                    return


class Mailroom:
    """All mailboxes; the hot half of the relay."""

    def __init__(self, store: Store, first_number: int, waiting: dict[int, int]) -> None:
        self._store = store
        self._number = self._first_number = first_number
        self._connected: dict[int, Mailbox] = {}
        self.waiting = waiting

    def connect(self, address: Address, push: Push) -> Mailbox:
        """Return the mailbox of a device that just connected; a socket it had before is fed no more."""
        self.disconnect(self._connected.get(address.mailbox))
        mailbox = self._connected[address.mailbox] = Mailbox(self, address, push)
        return mailbox

    def disconnect(self, mailbox: Mailbox | None) -> None:
        """Stop feeding a device; what it did not acknowledge stays."""
        if mailbox is not None:
            mailbox.stop()
            if self._connected.get(mailbox.address.mailbox) is mailbox:
                del self._connected[mailbox.address.mailbox]

    def is_connected(self, mailbox: int) -> bool:
        """Return whether a device has a live socket."""
        return mailbox in self._connected

    def put(
        self,
        mailbox: int,
        event: bytes,
        expires_at: float,
        *,
        envelope: str | None = None,
        attempt: int = 0,
        note_to: int = 0,
    ) -> StoredEvent:
        """Number an event and add it to the open batch; call `pushed` with it after the commit."""
        self._number += 1
        self._store.add(STORE_EVENT, (self._number, mailbox, envelope, attempt, note_to, event, expires_at))
        self.waiting[mailbox] = self.waiting.get(mailbox, 0) + 1
        return StoredEvent(self._number, mailbox, envelope, note_to, event)

    def put_note(self, mailbox: int, note: Note, now: float) -> StoredEvent:
        """Put something the relay itself says into a mailbox."""
        return self.put(mailbox, b'"note":' + _encode_note(note), now + ENVELOPE_SECONDS)

    def pushed(self, events: list[StoredEvent]) -> None:
        """Push events that are committed now to the devices that are there."""
        connected = self._connected
        for event in events:
            mailbox = connected.get(event.mailbox)
            if mailbox is not None:
                mailbox.offer(event)

    def acknowledge(self, mailbox: Mailbox, up_to: int, now: float) -> int:
        """Forget what a device has stored and tell the senders; return how many events that were."""
        return self._forget(mailbox.address, mailbox.acknowledge(up_to), now)

    async def resume(self, mailbox: Mailbox, last: int, now: float) -> None:
        """Take the number a device says it stored last as an acknowledgement, and feed it what came after.

        A number this relay never gave comes from a database that was replaced by an older one: then everything is fed.
        """
        if not 0 <= last <= self._number:
            last = 0
        box = mailbox.address.mailbox
        if last:
            self._forget(mailbox.address, await self._store.read(lambda c: read_acknowledged(c, box, last)), now)
        mailbox.start(last)

    async def page(self, mailbox: int, after: int, limit: int) -> list[StoredEvent]:
        """Return the next events of a mailbox."""
        return await self._store.read(lambda connection: read_events(connection, mailbox, after, limit))

    def expire(self, events: list[StoredEvent], owners: dict[int, Address], now: float) -> int:
        """Forget events whose time is over and tell the senders; what is on its way to a device is left alone."""
        held = {box: self._connected[box].outstanding() for box in {e.mailbox for e in events} & self._connected.keys()}
        gone = [event for event in events if event.number not in held.get(event.mailbox, ())]
        for event in gone:
            address = owners.get(event.mailbox)
            if address is not None:
                self._forget(address, [event], now, what="expired")
        return len(gone)

    def _forget(self, address: Address, events: list[StoredEvent], now: float, what: str = "delivered") -> int:
        if not events:
            return 0
        notes = []
        for event in events:
            self._store.add(FORGET_EVENT, (event.number,))
            if event.note_to and event.envelope is not None:
                notes.append(
                    self.put(event.note_to, _delivery_note(what, event.envelope, address, now), now + ENVELOPE_SECONDS)
                )
        self.waiting[address.mailbox] = max(0, self.waiting.get(address.mailbox, 0) - len(events))
        self._store.after(self.pushed, notes)
        return len(events)


def _delivery_note(what: str, envelope: str, address: Address, now: float) -> bytes:
    note = Note(
        what="expired" if what == "expired" else "delivered",
        account=address.account,
        at=now,
        id=EnvelopeId(envelope),
        device=address.device,
    )
    return b'"note":' + _encode_note(note)
