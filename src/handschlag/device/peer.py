"""Another account in memory: its certified devices, the ratchets with each, and what was opened from it."""

from __future__ import annotations

from handschlag.content.payload import encode_recipient
from handschlag.crypto.peer_keys import PeerKeys
from handschlag.crypto.ratchets import Ratchet, Ratchets
from handschlag.device.state import REMEMBERED_SECONDS, AwaitedEnvelopes, PeerState, SessionRecord
from handschlag.wire.certificates import CertifiedDevice
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId


class PeerDevice:
    """One certified device; `recipient` and `body_head` are the constant parts of everything sealed for it."""

    __slots__ = ("account", "body_head", "device", "keys", "ratchets", "recipient", "repaired_at", "wanted")

    def __init__(self, account: AccountId, keys: CertifiedDevice, ratchets: Ratchets, sender_key: str) -> None:
        self.account = account
        self.device = keys.device
        self.keys = keys
        self.ratchets = ratchets
        self.recipient = encode_recipient(account, keys.ed25519)
        self.body_head = (
            b'{"algorithm":"m.olm.v1.curve25519-aes-sha2","sender_key":"%b","ciphertext":{"%b":{"type":'
            % (sender_key.encode(), keys.curve25519.encode())
        )
        # Healing (device/healing.py): when a new session was last asked for, and which messages, in which attempt, are
        # awaited.
        self.repaired_at = float("-inf")
        self.wanted: dict[EnvelopeId, int] = {}


class Peer:
    """One other account, or the own one as its other devices see it."""

    __slots__ = ("account", "devices", "keys", "opened")

    def __init__(self, keys: PeerKeys, sender_key: str) -> None:
        self.account = keys.account
        self.keys = keys
        self.devices: dict[DeviceId, PeerDevice] = {}
        # Ids in the order they were opened, with the time: the oldest are first and are forgotten first.
        self.opened: dict[EnvelopeId, float] = {}
        self.replace_keys(keys, sender_key)

    @classmethod
    def from_state(cls, state: PeerState, sender_key: str, key: bytes) -> Peer:
        """Return a stored peer; sessions stay sealed with `key` until they are used."""
        peer = cls(state.peer, sender_key)
        by_device: dict[DeviceId, list[SessionRecord]] = {}
        for record in state.sessions:
            by_device.setdefault(record.device, []).append(record)
        for device, records in by_device.items():
            if device in peer.devices:
                peer.devices[device].ratchets = Ratchets(
                    [Ratchet(r.session, r.used, None, (r.pickle, key)) for r in records]
                )
        peer.opened = {o.id: o.at for o in sorted(state.opened, key=lambda o: o.at)}
        for device, attempts in (state.awaited.attempts if state.awaited else {}).items():
            if device in peer.devices:
                peer.devices[device].wanted.update(attempts)
        return peer

    def awaited(self) -> AwaitedEnvelopes:
        """Return what was asked for again and has not come, as it is stored."""
        return AwaitedEnvelopes(self.account, {d.device: dict(d.wanted) for d in self.devices.values() if d.wanted})

    def replace_keys(self, keys: PeerKeys, sender_key: str) -> list[PeerDevice]:
        """Take over a new list of devices; those that stay keep their ratchets. Returns those that left."""
        left = [device for id_, device in self.devices.items() if id_ not in keys.devices]
        self.devices = {
            id_: self.devices.get(id_) or PeerDevice(keys.account, certified, Ratchets(), sender_key)
            for id_, certified in keys.devices.items()
        }
        self.keys = keys
        return left

    def remember(self, id_: EnvelopeId, now: float) -> None:
        """Note an id as opened, and forget those older than any relay keeps."""
        self.opened[id_] = now
        while self.opened:
            oldest = next(iter(self.opened))
            if self.opened[oldest] > now - REMEMBERED_SECONDS:
                break
            del self.opened[oldest]
