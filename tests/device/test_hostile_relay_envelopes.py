"""What a hostile relay, or a malicious peer with a certified device, does with envelopes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest
from tests.support.key_relay import (
    NOW,
    KeyRelay,
    deliver,
    draft,
    introduce,
    join,
    new_identity,
    sealed_text,
    text_of,
)

from handschlag.device.device import Device
from handschlag.device.outcomes import Opened, Unopened
from handschlag.wire.envelope import OutgoingEnvelope, header_bytes


def reason(outcome: Opened | Unopened) -> str:
    assert isinstance(outcome, Unopened), "an envelope was opened that should not be"
    return outcome.reason


def opened_as(envelope: OutgoingEnvelope, to: Device, **changed: Any) -> Opened | Unopened:
    """Deliver an envelope whose header the relay changed."""
    header = msgspec.structs.replace(envelope.header, **changed)
    return to.open(header_bytes(header), envelope.bodies[to.account][to.device], NOW)


class TestEnvelopes:
    def test_a_relabelled_sender_is_refused(self, relay: KeyRelay, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        mallory = join(relay)
        customer.learn_peer(mallory.account, relay.query())
        envelope = sealed_text(company, customer.account, "x")
        relabelled = opened_as(envelope, customer, sender=mallory.account, from_device=mallory.device)
        assert reason(relabelled) == "refused"
        assert text_of(deliver(envelope, customer)) == "x"

    def test_a_relabelled_device_of_the_same_account_is_refused(self, relay: KeyRelay, customer: Device) -> None:
        identity = new_identity()
        first, second = join(relay, identity), join(relay, identity)
        introduce(relay, first, customer.account)
        customer.learn_peer(first.account, relay.query())
        envelope = sealed_text(first, customer.account, "x")
        assert reason(opened_as(envelope, customer, from_device=second.device)) == "refused"

    def test_a_flipped_bit_is_unreadable_and_does_no_harm(self, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        envelope = sealed_text(company, customer.account, "x")
        body = json.loads(bytes(envelope.bodies[customer.account][customer.device]))
        (part,) = body["ciphertext"].values()
        original = part["body"]
        for position in (0, 10, 50, len(original) // 2, len(original) - 3):
            swapped = "A" if original[position] != "A" else "B"
            part["body"] = original[:position] + swapped + original[position + 1 :]
            damaged = customer.open(header_bytes(envelope.header), json.dumps(body).encode(), NOW)
            assert reason(damaged) == "unreadable"
        assert text_of(deliver(envelope, customer)) == "x"

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"5", b'{"algorithm":"x"}', b'{"algorithm":"a","sender_key":"b","ciphertext":{}}']
    )
    def test_a_body_that_is_none_is_not_opened(self, talking: tuple[Device, Device], body: bytes) -> None:
        company, customer = talking
        envelope = sealed_text(company, customer.account, "x")
        assert reason(customer.open(header_bytes(envelope.header), body, NOW)) in {"unreadable", "refused"}
        assert text_of(deliver(envelope, customer)) == "x"

    @pytest.mark.parametrize("header", [b"", b"{}", b"[]", b'{"id":1}', b"null"])
    def test_a_header_that_is_none_is_refused(self, customer: Device, header: bytes) -> None:
        assert reason(customer.open(header, b"{}", NOW)) == "refused"

    def test_a_replay_is_a_duplicate_and_starts_no_repair(self, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        envelope = sealed_text(company, customer.account, "x")
        assert text_of(deliver(envelope, customer)) == "x"
        replay = deliver(envelope, customer)
        assert isinstance(replay, Unopened)
        assert replay.reason == "duplicate"
        repair = customer.repair(replay, NOW)
        assert (repair.claim, repair.resend) == ({}, [])

    def test_a_replay_under_another_id_does_not_open(self, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        envelope = sealed_text(company, customer.account, "x")
        assert text_of(deliver(envelope, customer)) == "x"
        assert reason(opened_as(envelope, customer, id=draft(customer.account).id)) == "unreadable"

    @pytest.mark.parametrize(
        "changed",
        [
            {"kind": "receipt"},
            {"kind": "system"},
            {"kind": "template", "category": "utility", "commitment": "x"},
            {"sent_at": 5},
            {"attempt": 1},
            {"ttl": 60},
            {"size": 1024},
        ],
        ids=str,
    )
    def test_a_header_unlike_the_one_inside_is_refused(
        self, talking: tuple[Device, Device], changed: dict[str, Any]
    ) -> None:
        company, customer = talking
        envelope = sealed_text(company, customer.account, "x")
        assert reason(opened_as(envelope, customer, **changed)) == "refused"

    def test_an_envelope_for_somebody_else_is_refused(self, relay: KeyRelay, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        other = join(relay)
        introduce(relay, company, other.account)
        envelope = sealed_text(company, other.account, "x")
        body = envelope.bodies[other.account][other.device]
        assert reason(customer.open(header_bytes(envelope.header), body, NOW)) == "refused"
        redirected = msgspec.structs.replace(envelope.header, to=customer.account)
        assert reason(customer.open(header_bytes(redirected), body, NOW)) == "refused"

    def test_an_own_envelope_sent_back_is_refused(self, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        envelope = sealed_text(company, customer.account, "x")
        body = envelope.bodies[customer.account][customer.device]
        assert reason(company.open(header_bytes(envelope.header), body, NOW)) == "refused"

    @pytest.mark.parametrize(
        ("kind", "body"),
        [
            ("receipt", {"type": "text", "text": {"body": "hidden"}}),
            ("receipt", {"read": [], "at": 5, "text": "hidden"}),
            ("receipt", {"read": ["not an id"], "at": 5}),
            ("receipt", {"typing": False}),
            ("receipt", {"typing": True, "read": [], "at": 1}),
            ("receipt", {"resend": [{"id": "hidden text", "attempt": 0}]}),
            ("service", {"template": "x", "components": []}),
            ("service", {"typing": True}),
            ("service", {"type": "text", "text": {"body": ""}}),
            ("service", {"type": "text", "text": {"body": "x" * 4097}}),
            ("system", {"type": "text", "text": {"body": "hidden"}}),
            ("system", {"introduction": {"name": "x", "text": "hidden"}}),
            ("system", {"introduction": {"name": "a\nb"}}),
        ],
        ids=str,
    )
    def test_a_body_of_another_kind_is_refused(
        self, talking: tuple[Device, Device], kind: str, body: dict[str, Any]
    ) -> None:
        company, customer = talking
        sender, receiver = (customer, company) if kind == "system" else (company, customer)
        envelope = sender.seal(draft(receiver.account, kind), msgspec.json.encode(body))
        assert reason(deliver(envelope, receiver)) == "refused"

    def test_every_refusal_reads_the_same(self, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        first = opened_as(sealed_text(company, customer.account, "x"), customer, sent_at=5)
        second = opened_as(sealed_text(company, customer.account, "x"), customer, kind="receipt")
        assert isinstance(first, Unopened)
        assert isinstance(second, Unopened)
        assert {f for f in first.__struct_fields__ if f != "header"} == {"reason"}
        assert first.reason == second.reason == "refused"

    def test_nothing_secret_prints(self, talking: tuple[Device, Device]) -> None:
        company, customer = talking
        outcome = deliver(sealed_text(company, customer.account, "secret words"), customer)
        assert "secret" not in repr(outcome) + repr(customer) + repr(outcome.header)


def test_a_payload_that_names_other_ends_is_refused(
    monkeypatch: pytest.MonkeyPatch, talking: tuple[Device, Device]
) -> None:
    """A certified but malicious sender: the payload's ends are spoiled one by one before it is encrypted."""
    company, customer = talking
    honest = "handschlag.device.sealing.encode_payload"
    from handschlag.content.payload import encode_payload  # noqa: PLC0415  the honest one, before it is replaced

    def spoiled(change: Callable[[dict[str, Any]], Any]) -> str:
        def make(content: bytes, recipient: bytes, sender: bytes) -> bytes:
            payload = json.loads(encode_payload(content, recipient, sender))
            change(payload)
            return json.dumps(payload).encode()

        monkeypatch.setattr(honest, make)
        outcome = deliver(sealed_text(company, customer.account, "x"), customer)
        return "opened" if isinstance(outcome, Opened) else outcome.reason

    assert spoiled(lambda _: None) == "opened"
    assert spoiled(lambda p: p.pop("sender_device_keys")) == "opened"
    changes: list[Callable[[dict[str, Any]], Any]] = [
        lambda p: p.update(sender=customer.account),
        lambda p: p.update(recipient=company.account),
        lambda p: p.update(sender_device="ZZZZZZZZZZ"),
        lambda p: p["keys"].update(ed25519="x"),
        lambda p: p["recipient_keys"].update(ed25519="x"),
        lambda p: p["sender_device_keys"].update(user_id=customer.account),
        lambda p: p["sender_device_keys"].update(device_id="ZZZZZZZZZZ"),
        lambda p: p["sender_device_keys"]["keys"].update({f"curve25519:{company.device}": "x"}),
        lambda p: p["content"]["header"].update({"from": customer.account}),
        lambda p: p["content"].update(extra=1),
        lambda p: p["content"].update(salt="x"),
        lambda p: p.update(content=5),
        lambda p: p.clear(),
    ]
    for change in changes:
        assert spoiled(change) == "refused"
    for type_ in ("m.dummy", "handschlag.content.v2"):
        assert spoiled(partial(_retyped, type_)) == "ignored"


def _retyped(type_: str, payload: dict[str, Any]) -> None:
    payload.update(type=type_, content={})
