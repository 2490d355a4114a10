"""A company whose device is in the test's own hands: it seals what a test wants, and the man in the middle shows it."""

from __future__ import annotations

import json
import os
import secrets
from typing import Any

import msgspec
from tests.browser.harness.world import World

from handschlag.device.device import Device
from handschlag.device.sealing import HeaderDraft
from handschlag.wire.envelope import OutgoingEnvelope
from handschlag.wire.http import ClaimKeysAnswer
from handschlag.wire.ids import AccountId, make_device_id, make_envelope_id
from handschlag.wire.signed import SignedRecord


def new_device(world: World, account: AccountId | None = None) -> Device:
    """Return a device of the other company that nobody certified."""
    device_id = make_device_id(secrets.token_bytes(10))
    return Device.create(account or world.other.device.account, device_id, now=world.house.clock.now())


async def learn(world: World, device: Device, customer: AccountId) -> None:
    """Let a device of the other company learn a customer and open a session, with the company's login."""
    device.learn_peer(customer, await world.other.http.query_keys([customer]))
    if missing := device.devices_to_claim(customer):
        answer: ClaimKeysAnswer = await world.other.http.claim_keys({customer: missing})
        device.open_sessions(customer, answer)


def draft(world: World, customer: AccountId, kind: Any = "service", **more: Any) -> HeaderDraft:
    now = world.house.clock.now()
    more.setdefault("sent_at", int(now))
    return HeaderDraft(id=make_envelope_id(now, os.urandom(10)), to=customer, kind=kind, **more)


def seal_text(world: World, device: Device, customer: AccountId, text: str, **more: Any) -> OutgoingEnvelope:
    body = msgspec.json.encode({"type": "text", "text": {"body": text}})
    return device.seal(draft(world, customer, **more), body)


async def show(world: World, envelope: OutgoingEnvelope, *, stamp: SignedRecord | None = None, **changed: Any) -> None:
    """Put an envelope before the browser, with fields of its header changed."""
    header = json.loads(msgspec.json.encode(envelope.header)) | changed
    ((body,),) = [bodies.values() for bodies in envelope.bodies.values()]
    shown = None if stamp is None else json.loads(msgspec.json.encode(stamp))
    await world.middle.show(header, json.loads(bytes(body)), shown)
