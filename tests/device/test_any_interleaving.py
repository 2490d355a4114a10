"""Whatever happens between devices: everything arrives once, in order, or is reported lost, and no message key is used twice.

Hypothesis plays relay, network and power supply: it sends, commits, transmits (also twice), hands over, cuts connections, repeats
old envelopes, damages messages, stops processes at any point, and moves the clock. A host here does what a device's owner must do,
no more. Every ciphertext that leaves is noted by ratchet key and index. Receipts are lost and repeated, but not damaged.
"""

from __future__ import annotations

import os
from base64 import b64decode
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import permutations

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.support.key_relay import KEY, NOW, KeyRelay, introduce, join, new_identity, text_body
from tests.support.olm_message import message_key_of, spoiled

from handschlag.content.receipts import ResendRequest
from handschlag.content.text import TextMessage
from handschlag.device.device import Device
from handschlag.device.errors import NoSession
from handschlag.device.healing import answer_resend
from handschlag.device.outcomes import Opened, Unopened
from handschlag.device.sealing import HeaderDraft
from handschlag.device.state import (
    AwaitedEnvelopes,
    Changes,
    DeviceState,
    OpenedEnvelope,
    PeerRecord,
    PeerState,
    SessionRecord,
)
from handschlag.wire.envelope import OutgoingEnvelope, header_bytes
from handschlag.wire.ids import AccountId, DeviceId, EnvelopeId, make_envelope_id

Address = tuple[AccountId, DeviceId]


@dataclass
class Sent:
    """A message as its sender stores it."""

    to: AccountId
    text: str
    attempt: int = 0
    lost: bool = False


@dataclass
class Stored:
    """What survives a process: the device's rows, sent and received messages, and envelopes not yet accepted by the relay."""

    own: DeviceState | None = None
    peers: dict[AccountId, PeerRecord] = field(default_factory=dict)
    sessions: dict[tuple[AccountId, DeviceId, str], SessionRecord] = field(default_factory=dict)
    opened: dict[tuple[AccountId, EnvelopeId], OpenedEnvelope] = field(default_factory=dict)
    awaited: dict[AccountId, AwaitedEnvelopes] = field(default_factory=dict)
    sent: dict[EnvelopeId, Sent] = field(default_factory=dict)
    received: list[tuple[Address, EnvelopeId, int, str]] = field(default_factory=list)
    outbox: list[OutgoingEnvelope] = field(default_factory=list)
    last_event: int = 0

    def write(self, changes: Changes) -> None:
        self.own = changes.own or self.own
        self.peers.update({peer.account: peer for peer in changes.peers})
        self.sessions.update({(s.account, s.device, s.session): s for s in changes.sessions})
        for dropped in changes.dropped_sessions:
            self.sessions.pop((dropped.account, dropped.device, dropped.session), None)
        self.opened.update({(o.account, o.id): o for o in changes.opened})
        self.awaited.update({awaited.account: awaited for awaited in changes.awaited})


@dataclass
class Entry:
    number: int
    header: bytes
    body: bytes
    kind: str
    key: tuple[EnvelopeId, int]


class Host:
    """The owner of one device."""

    def __init__(self, device: Device, relay: Relay) -> None:
        self.device = device
        self.relay = relay
        self.stored = Stored()
        self.working = Stored()
        self.lost_sessions = False
        self.commit()

    @property
    def address(self) -> Address:
        return self.device.account, self.device.device

    def commit(self) -> None:
        """One commit: the device's changes with everything they belong to; then acknowledge."""
        self.working.write(self.device.take_changes(KEY))
        self.stored = deepcopy(self.working)
        self.relay.acknowledge(self.address, self.stored.last_event)

    def crash(self) -> None:
        """Lose everything since the last commit."""
        self.working = deepcopy(self.stored)
        assert self.stored.own is not None
        self.device = Device.restore(self.stored.own, KEY)
        for account, peer in self.stored.peers.items():
            self.device.load_peer(
                PeerState(
                    peer=peer,
                    sessions=[s for s in self.stored.sessions.values() if s.account == account],
                    opened=[o for o in self.stored.opened.values() if o.account == account],
                    awaited=self.stored.awaited.get(account),
                )
            )

    def lose_sessions(self) -> None:
        """Come back from a backup, as a careful operator does it: without the sessions, whose ratchets are old."""
        self.stored.sessions = {}
        self.lost_sessions = True
        self.crash()

    def transmit(self, *, answer_lost: bool) -> None:
        """Send what is committed; if the answer is lost it will be sent again."""
        for envelope in self.stored.outbox:
            self.relay.accept(envelope)
        if not answer_lost:
            gone = {(e.header.id, e.header.attempt) for e in self.stored.outbox}
            for store in (self.stored, self.working):
                store.outbox = [e for e in store.outbox if (e.header.id, e.header.attempt) not in gone]

    def send(self, to: AccountId, text: str, now: float) -> None:
        id_ = make_envelope_id(now, os.urandom(10))
        self.working.sent[id_] = Sent(to=to, text=text)
        self._seal(id_, now)

    def receive(self, entry: Entry, now: float) -> None:
        """Work on one entry of the mailbox; acknowledged with the next commit."""
        outcome = self.device.open(entry.header, entry.body, now)
        if isinstance(outcome, Opened):
            self._take(outcome, now)
        else:
            assert outcome.reason in {"duplicate", "unreadable"}, outcome.reason
            self._repair(outcome, now)
        self.working.last_event = max(self.working.last_event, entry.number)

    def _take(self, opened: Opened, now: float) -> None:
        if isinstance(opened.content, TextMessage):
            source = (opened.account, opened.device)
            self.working.received.append((source, opened.header.id, opened.header.attempt, opened.content.text.body))
        elif isinstance(opened.content, ResendRequest):
            for asked in opened.content.resend:
                message = self.working.sent.get(asked.id)
                if message is None:
                    continue
                answer = answer_resend(asked, last_attempt=message.attempt, sent_at=now, delivered=False, now=now)
                message.lost |= answer.lost
                if answer.attempt is not None:
                    message.attempt = answer.attempt
                    self._seal(asked.id, now)
            if not opened.content.again and (awaited := self.device.awaited(opened.account)):
                self._ask(opened.account, ResendRequest(resend=awaited, again=True), now)

    def _repair(self, unopened: Unopened, now: float) -> None:
        repair = self.device.repair(unopened, now)
        assert unopened.header is not None
        sender = unopened.header.sender
        if repair.claim:
            self.device.open_sessions(sender, self.relay.keys.claim(repair.claim))
        if repair.resend:
            self._ask(sender, ResendRequest(resend=repair.resend), now)

    def _ask(self, to: AccountId, question: ResendRequest, now: float) -> None:
        draft = HeaderDraft(make_envelope_id(now, os.urandom(10)), to, "receipt", int(now))
        self._put(draft, msgspec.json.encode(question))

    def _seal(self, id_: EnvelopeId, now: float) -> None:
        message = self.working.sent[id_]
        draft = HeaderDraft(id_, message.to, "service", int(now), attempt=message.attempt)
        self._put(draft, text_body(message.text))

    def _put(self, draft: HeaderDraft, body: bytes) -> None:
        try:
            envelope = self.device.seal(draft, body)
        except NoSession as none:
            answer = self.relay.keys.claim(none.missing)
            for account in none.missing:
                self.device.open_sessions(account, answer)
            envelope = self.device.seal(draft, body)
        self.working.outbox.append(envelope)


class Relay:
    """Mailboxes that keep what is not acknowledged, and a note of every message key that left a device."""

    def __init__(self) -> None:
        self.keys = KeyRelay()
        self.mailboxes: dict[Address, list[Entry]] = {}
        self.handed_over: Counter[Address] = Counter()
        self.message_keys: dict[tuple[bytes, int], bytes] = {}
        self.damaged: set[EnvelopeId] = set()
        # Messages of which no attempt will ever arrive whole.
        self.condemned: set[EnvelopeId] = set()
        self.number = 0

    def accept(self, envelope: OutgoingEnvelope) -> None:
        key = (envelope.header.id, envelope.header.attempt)
        for account, bodies in envelope.bodies.items():
            for device, body in bodies.items():
                self._note(bytes(body))
                mailbox = self.mailboxes.setdefault((account, device), [])
                if all(entry.key != key for entry in mailbox):
                    self.number += 1
                    entry = Entry(self.number, header_bytes(envelope.header), bytes(body), envelope.header.kind, key)
                    mailbox.append(entry)
                    if key[0] in self.condemned and account == envelope.header.to:
                        entry.body = spoiled(entry.body, 700)

    def _note(self, body: bytes) -> None:
        ((part),) = msgspec.json.decode(body)["ciphertext"].values()
        ciphertext = b64decode(part["body"] + "==")
        used = message_key_of(part["type"], ciphertext)
        assert self.message_keys.setdefault(used.key, used.ciphertext) == used.ciphertext, "a key was used twice"

    def acknowledge(self, address: Address, up_to: int) -> None:
        mailbox = self.mailboxes.get(address, [])
        gone = sum(entry.number <= up_to for entry in mailbox)
        self.mailboxes[address] = mailbox[gone:]
        self.handed_over[address] = max(0, self.handed_over[address] - gone)

    def damage(self, address: Address, position: int, byte: int, *, for_ever: bool) -> None:
        """Spoil one waiting message, or every attempt of it; copies between devices of one account are spared: nobody could be asked."""
        entries = [
            e
            for e in self.mailboxes.get(address, [])
            if e.kind == "service" and msgspec.json.decode(e.header)["to"] == address[0]
        ]
        if not entries:
            return
        entry = entries[position % len(entries)]
        entry.body = spoiled(entry.body, byte)
        self.damaged.add(entry.key[0])
        if for_ever:
            self.condemned.add(entry.key[0])


hosts = st.integers(0, 2)


class Interleaving(RuleBasedStateMachine):
    """A company's device and two devices of one customer."""

    @initialize()
    def start(self) -> None:
        self.now = NOW
        self.relay = Relay()
        keys, customer = self.relay.keys, new_identity()
        devices = [join(keys), join(keys, customer), join(keys, customer)]
        company = devices[0].account
        for device in devices:
            for account in {company, customer.account}:
                introduce(keys, device, account)
        self.hosts = [Host(device, self.relay) for device in devices]
        self.old: list[tuple[int, Entry]] = []
        self.texts = 0

    @rule(host=hosts)
    def send(self, host: int) -> None:
        self.texts += 1
        other = self.hosts[1 if host == 0 else 0].device.account
        self.hosts[host].send(other, f"text {self.texts}", self.now)

    @rule(host=hosts)
    def commit(self, host: int) -> None:
        self.hosts[host].commit()

    @rule(host=hosts, answer_lost=st.booleans())
    def transmit(self, host: int, answer_lost: bool) -> None:
        self.hosts[host].transmit(answer_lost=answer_lost)

    @rule(host=hosts, count=st.integers(1, 4), stored=st.booleans())
    def hand_over(self, host: int, count: int, stored: bool) -> None:
        address = self.hosts[host].address
        for _ in range(count):
            position = self.relay.handed_over[address]
            waiting = self.relay.mailboxes.get(address, [])
            if position >= len(waiting):
                break
            self.relay.handed_over[address] += 1
            self.hosts[host].receive(waiting[position], self.now)
            self.old.append((host, deepcopy(waiting[position])))
        if stored:
            self.hosts[host].commit()

    @rule(host=hosts)
    def cut_connection(self, host: int) -> None:
        self.relay.handed_over[self.hosts[host].address] = 0

    @precondition(lambda self: bool(getattr(self, "old", None)))
    @rule(position=st.integers(0, 1000))
    def repeat(self, position: int) -> None:
        """Hand over something the device worked on before, acknowledged or not."""
        host, entry = self.old[position % len(self.old)]
        if entry.number <= self.hosts[host].working.last_event:
            self.hosts[host].receive(entry, self.now)

    @rule(host=hosts, position=st.integers(0, 20), byte=st.integers(0, 4000), for_ever=st.booleans())
    def damage(self, host: int, position: int, byte: int, for_ever: bool) -> None:
        self.relay.damage(self.hosts[host].address, position, byte, for_ever=for_ever)

    @rule(host=hosts)
    def crash(self, host: int) -> None:
        self.hosts[host].crash()
        self.relay.handed_over[self.hosts[host].address] = 0

    @rule(host=hosts)
    def lose_sessions(self, host: int) -> None:
        self.hosts[host].lose_sessions()
        self.relay.handed_over[self.hosts[host].address] = 0

    @rule(host=hosts, confirmed=st.booleans())
    def top_up_keys(self, host: int, confirmed: bool) -> None:
        owner = self.hosts[host]
        device, keys = owner.device, self.relay.keys
        stock = keys.one_time[owner.address]
        upload = device.keys_to_upload(len(stock), ["signed_curve25519"], self.now)
        owner.commit()
        if upload is not None:
            stock.update(upload.one_time_keys)
            keys.fallback[owner.address] = upload.fallback_keys or keys.fallback[owner.address]
            if confirmed:
                device.keys_uploaded()

    @rule(seconds=st.sampled_from([1, 61, 86_400]))
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @invariant()
    def nothing_is_received_twice(self) -> None:
        for host in getattr(self, "hosts", []):
            received = Counter(id_ for _, id_, _, _ in host.working.received)
            assert not received or max(received.values()) == 1

    def teardown(self) -> None:
        if not hasattr(self, "hosts"):
            return
        for _ in range(30):
            self.now += 61
            for index, host in enumerate(self.hosts):
                host.commit()
                host.transmit(answer_lost=False)
                self.cut_connection(index)
                self.hand_over(index, 10_000, stored=True)
            if not any(self.relay.mailboxes.values()) and not any(host.stored.outbox for host in self.hosts):
                break
        else:
            raise AssertionError("the devices never come to rest")
        self.nothing_is_received_twice()
        for sender, receiver in permutations(self.hosts, 2):
            self._check_arrived(sender, receiver)

    def _check_arrived(self, sender: Host, receiver: Host) -> None:
        meant = {
            id_: message
            for id_, message in sender.stored.sent.items()
            if receiver.device.account in {message.to, sender.device.account}
        }
        received = [r for r in receiver.stored.received if r[0] == sender.address]
        assert {r[1] for r in received} <= meant.keys()
        arrived = {r[1]: r[3] for r in received}
        for id_, message in meant.items():
            if message.to != receiver.device.account and (sender.lost_sessions or receiver.lost_sessions):
                # A copy within an account: nobody can be asked for it again, so it may be missing then.
                assert arrived.get(id_, message.text) == message.text
            elif message.lost:
                assert id_ in self.relay.damaged, "reported lost without a reason"
            else:
                assert arrived.get(id_) == message.text, "neither arrived nor reported lost"
        # What was damaged on the way comes later, sealed again by its sender or sent again after a lost answer.
        in_order = [r[1] for r in received if r[2] == 0 and r[1] not in self.relay.damaged]
        order = list(meant)
        assert [order.index(id_) for id_ in in_order] == sorted(order.index(id_) for id_ in in_order)


TestAnyInterleaving = Interleaving.TestCase
TestAnyInterleaving.settings = settings(
    max_examples=100,
    stateful_step_count=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
