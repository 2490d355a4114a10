"""The part of a relay that hands out keys, in memory, honest; and devices that joined it. Tests make it hostile."""

from __future__ import annotations

import os
from copy import deepcopy
from typing import Any

import msgspec

from handschlag.crypto.identity import Identity
from handschlag.device.device import Device
from handschlag.device.outcomes import Opened, Unopened
from handschlag.device.sealing import HeaderDraft
from handschlag.wire.certificates import KeyObject
from handschlag.wire.envelope import OutgoingEnvelope, header_bytes
from handschlag.wire.http import ClaimKeysAnswer, QueryKeysAnswer
from handschlag.wire.ids import AccountId, DeviceId, make_account_id, make_device_id, make_envelope_id

NOW = 1_763_900_000.0
KEY = b"k" * 32


class KeyRelay:
    """Device keys, identities, one-time and fallback keys, as uploaded."""

    def __init__(self) -> None:
        self.device_keys: dict[AccountId, dict[DeviceId, KeyObject]] = {}
        self.master_keys: dict[AccountId, KeyObject] = {}
        self.self_signing_keys: dict[AccountId, KeyObject] = {}
        self.one_time: dict[tuple[AccountId, DeviceId], dict[str, KeyObject]] = {}
        self.fallback: dict[tuple[AccountId, DeviceId], dict[str, KeyObject]] = {}

    def take_keys(self, device: Device, now: float = NOW) -> None:
        """Let a device upload what is missing."""
        stock = self.one_time.setdefault((device.account, device.device), {})
        upload = device.keys_to_upload(len(stock), ["signed_curve25519"] if self.fallback else [], now)
        if upload is None:
            return
        if upload.device_keys:
            self.device_keys.setdefault(device.account, {})[device.device] = upload.device_keys
        stock.update(upload.one_time_keys)
        if upload.fallback_keys:
            self.fallback[device.account, device.device] = upload.fallback_keys
        device.keys_uploaded()

    def show(self, identity: Identity) -> None:
        """Publish an identity."""
        self.master_keys[identity.account] = identity.master_key()
        self.self_signing_keys[identity.account] = identity.self_signing_key()

    def query(self) -> QueryKeysAnswer:
        """Answer with everything, as a copy a test may spoil."""
        return deepcopy(QueryKeysAnswer(self.device_keys, self.master_keys, self.self_signing_keys))

    def claim(self, wanted: dict[AccountId, dict[DeviceId, str]]) -> ClaimKeysAnswer:
        """Hand out one key per device, the fallback key when the stock is empty."""
        answer: dict[AccountId, dict[DeviceId, dict[str, KeyObject]]] = {}
        for account, devices in wanted.items():
            for device in devices:
                stock = self.one_time.get((account, device), {})
                if stock:
                    key_id = next(iter(stock))
                    keys = {key_id: stock.pop(key_id)}
                else:
                    keys = dict(self.fallback.get((account, device), {}))
                if keys:
                    answer.setdefault(account, {})[device] = keys
        return ClaimKeysAnswer(deepcopy(answer))


def new_account() -> AccountId:
    """Return a random account id."""
    return make_account_id(os.urandom(26), "relay.example")


def new_identity(account: AccountId | None = None) -> Identity:
    """Return a random identity."""
    return Identity.create(account or new_account(), os.urandom(64))


def join(relay: KeyRelay, identity: Identity | None = None, *, certified: bool = True) -> Device:
    """Return a new device whose keys the relay has."""
    identity = identity or new_identity()
    device = Device.create(identity.account, make_device_id(os.urandom(10)), now=NOW)
    if certified:
        device.certify(identity)
        relay.show(identity)
    relay.take_keys(device)
    return device


def introduce(relay: KeyRelay, device: Device, peer: AccountId) -> None:
    """Let a device learn an account and open the sessions it lacks."""
    device.learn_peer(peer, relay.query())
    missing = device.devices_to_claim(peer)
    if missing:
        device.open_sessions(peer, relay.claim({peer: missing}))


def text_body(text: str) -> bytes:
    """Return the body of a text message."""
    return msgspec.json.encode({"type": "text", "text": {"body": text}})


def draft(to: AccountId, kind: Any = "service", **fields: Any) -> HeaderDraft:
    """Return a header draft with a fresh id."""
    return HeaderDraft(id=make_envelope_id(NOW, os.urandom(10)), to=to, kind=kind, sent_at=int(NOW), **fields)


def sealed_text(sender: Device, to: AccountId, text: str) -> OutgoingEnvelope:
    """Return a sealed text message."""
    return sender.seal(draft(to), text_body(text))


def deliver(envelope: OutgoingEnvelope, to: Device, now: float = NOW) -> Opened | Unopened:
    """Hand an envelope to a device as the relay would."""
    return to.open(header_bytes(envelope.header), envelope.bodies[to.account][to.device], now)


def text_of(outcome: Opened | Unopened) -> str:
    """Return the words of an opened text message; fails if it is none."""
    assert isinstance(outcome, Opened), outcome
    text = msgspec.json.decode(outcome.body)["text"]["body"]
    assert isinstance(text, str)
    return text
