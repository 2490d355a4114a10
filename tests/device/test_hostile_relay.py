"""What a hostile relay does with keys and device lists, each row with a Python device as the victim.

The relay shows and changes what it wants; it does not hold a device's keys. Envelopes and templates have files of their own.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from tests.support.key_relay import (
    NOW,
    KeyRelay,
    deliver,
    introduce,
    join,
    new_identity,
    sealed_text,
    text_of,
)

from handschlag.crypto.errors import IdentityChanged, NotCertified
from handschlag.crypto.identity import Identity, signed_by
from handschlag.device.device import Device
from handschlag.device.errors import NoSession, UnknownPeer
from handschlag.device.outcomes import Unopened
from handschlag.wire.canonical import to_base64
from handschlag.wire.http import ClaimKeysAnswer, QueryKeysAnswer
from handschlag.wire.ids import make_device_id


def claimed(relay: KeyRelay, peer: Device) -> ClaimKeysAnswer:
    return relay.claim({peer.account: {peer.device: "signed_curve25519"}})


def spoil_key(answer: ClaimKeysAnswer, peer: Device, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    keys = answer.one_time_keys[peer.account][peer.device]
    for key_id in keys:
        keys[key_id] = change(keys[key_id])


class TestOneTimeKeys:
    def assert_no_session(self, device: Device, peer: Device, answer: ClaimKeysAnswer) -> None:
        device.open_sessions(peer.account, answer)
        assert device.devices_to_claim(peer.account) == {peer.device: "signed_curve25519"}
        with pytest.raises(NoSession):
            sealed_text(device, peer.account, "secret")

    @pytest.mark.parametrize(
        "point",
        [
            bytes(32),
            b"\x01" + bytes(31),
            bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            bytes.fromhex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
            bytes.fromhex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        ],
    )
    def test_a_key_of_low_order_opens_no_session_even_validly_signed(
        self, relay: KeyRelay, company: Device, customer: Device, point: bytes
    ) -> None:
        company.learn_peer(customer.account, relay.query())
        answer = claimed(relay, customer)
        spoil_key(answer, customer, lambda _: signed_by({"key": to_base64(point)}, customer.account, customer.signer))
        self.assert_no_session(company, customer, answer)

    def test_a_key_swapped_under_its_old_signature_opens_no_session(
        self, relay: KeyRelay, company: Device, customer: Device
    ) -> None:
        company.learn_peer(customer.account, relay.query())
        answer, other = claimed(relay, customer), claimed(relay, customer)
        (foreign,) = other.one_time_keys[customer.account][customer.device].values()
        spoil_key(answer, customer, lambda key: {**key, "key": foreign["key"]})
        self.assert_no_session(company, customer, answer)

    def test_a_key_signed_by_another_device_opens_no_session(
        self, relay: KeyRelay, company: Device, customer: Device
    ) -> None:
        stranger = join(relay)
        company.learn_peer(customer.account, relay.query())
        answer = claimed(relay, customer)
        foreign = claimed(relay, stranger).one_time_keys[stranger.account][stranger.device]
        answer.one_time_keys[customer.account][customer.device] = foreign
        self.assert_no_session(company, customer, answer)

    @pytest.mark.parametrize("key_object", [{}, {"key": 5}, {"key": "x"}, {"signatures": []}, {"key": None}])
    def test_nonsense_opens_no_session(
        self, relay: KeyRelay, company: Device, customer: Device, key_object: dict[str, Any]
    ) -> None:
        company.learn_peer(customer.account, relay.query())
        answer = claimed(relay, customer)
        spoil_key(answer, customer, lambda _: key_object)
        self.assert_no_session(company, customer, answer)

    def test_a_good_key_opens_one(self, relay: KeyRelay, company: Device, customer: Device) -> None:
        company.learn_peer(customer.account, relay.query())
        company.open_sessions(customer.account, claimed(relay, customer))
        assert company.devices_to_claim(customer.account) == {}


class TestDeviceLists:
    def test_device_keys_with_another_curve25519_are_not_accepted(
        self, relay: KeyRelay, company: Device, customer: Device
    ) -> None:
        answer = relay.query()
        keys = answer.device_keys[customer.account][customer.device]["keys"]
        keys[f"curve25519:{customer.device}"] = company.device_keys()["keys"][f"curve25519:{company.device}"]
        with pytest.raises(NotCertified):
            company.learn_peer(customer.account, answer)
        assert not company.knows(customer.account)

    def test_a_second_device_is_accepted_only_after_its_owner_certified_it(
        self, relay: KeyRelay, company: Device
    ) -> None:
        identity = new_identity()
        phone = join(relay, identity)
        introduce(relay, company, phone.account)
        laptop = join(relay, identity, certified=False)
        company.learn_peer(phone.account, relay.query())
        assert set(sealed_text(company, phone.account, "x").bodies[phone.account]) == {phone.device}
        laptop.certify(identity)
        relay.take_keys(laptop)
        introduce(relay, company, phone.account)
        assert set(sealed_text(company, phone.account, "y").bodies[phone.account]) == {phone.device, laptop.device}

    @pytest.mark.parametrize("victim", ["company", "customer"])
    def test_a_device_added_by_the_relay_gets_nothing_and_says_nothing(
        self, relay: KeyRelay, talking: tuple[Device, Device], victim: str
    ) -> None:
        company, customer = talking
        mine, theirs = (company, customer) if victim == "company" else (customer, company)
        spy = Device.create(theirs.account, make_device_id(os.urandom(10)), now=NOW)
        # The relay signs it with an identity of its own; the account's identity stays as it was.
        spy.certify(Identity.create(theirs.account, os.urandom(64)))
        relay.take_keys(spy)
        mine.learn_peer(theirs.account, relay.query())
        assert set(sealed_text(mine, theirs.account, "secret").bodies[theirs.account]) == {theirs.device}
        spy.learn_peer(mine.account, relay.query())
        spy.open_sessions(mine.account, claimed(relay, mine))
        outcome = deliver(sealed_text(spy, mine.account, "pay here"), mine)
        assert isinstance(outcome, Unopened)
        assert outcome.reason == "not_certified"

    def test_a_swapped_identity_is_refused_and_changes_nothing(
        self, relay: KeyRelay, talking: tuple[Device, Device]
    ) -> None:
        company, customer = talking
        impostor = Identity.create(company.account, os.urandom(64))
        spy = join(relay, impostor)
        relay.device_keys[company.account][company.device] = impostor.certify(company.device_keys())
        with pytest.raises(IdentityChanged):
            customer.learn_peer(company.account, relay.query())
        assert set(sealed_text(customer, company.account, "x").bodies[company.account]) == {company.device}
        spy.learn_peer(customer.account, relay.query())
        spy.open_sessions(customer.account, claimed(relay, customer))
        outcome = deliver(sealed_text(spy, customer.account, "pay here"), customer)
        assert isinstance(outcome, Unopened)
        assert outcome.reason == "not_certified"
        assert text_of(deliver(sealed_text(company, customer.account, "still here"), customer)) == "still here"

    def test_another_identity_than_the_link_names_is_refused_at_first_sight(
        self, relay: KeyRelay, company: Device, customer: Device
    ) -> None:
        named = Identity.create(company.account, os.urandom(64)).master_public
        with pytest.raises(IdentityChanged):
            customer.learn_peer(company.account, relay.query(), expected_master=named)
        assert not customer.knows(company.account)

    def test_the_relay_cannot_swap_the_own_identity_to_add_a_device_of_ours(
        self, relay: KeyRelay, company: Device
    ) -> None:
        join(relay, Identity.create(company.account, os.urandom(64)))
        with pytest.raises(IdentityChanged):
            company.learn_peer(company.account, relay.query())

    def test_other_keys_under_a_known_device_id_are_not_taken(self, relay: KeyRelay, company: Device) -> None:
        identity = new_identity()
        phone = join(relay, identity)
        introduce(relay, company, phone.account)
        twin = Device.create(phone.account, phone.device, now=NOW)
        twin.certify(identity)
        relay.take_keys(twin)
        company.learn_peer(phone.account, relay.query())
        assert text_of(deliver(sealed_text(company, phone.account, "x"), phone_knowing(phone, company, relay))) == "x"

    def test_a_missing_or_broken_self_signing_key_is_refused(
        self, relay: KeyRelay, company: Device, customer: Device
    ) -> None:
        spoilers: list[Callable[[QueryKeysAnswer], Any]] = [
            lambda a: a.self_signing_keys.clear(),
            lambda a: a.master_keys.clear(),
            lambda a: a.device_keys.clear(),
            lambda a: a.self_signing_keys[customer.account].update(signatures={}),
            lambda a: a.self_signing_keys[customer.account].update(keys={}),
        ]
        for spoil in spoilers:
            answer = relay.query()
            spoil(answer)
            with pytest.raises(NotCertified):
                company.learn_peer(customer.account, answer)

    def test_nothing_is_sealed_for_an_account_never_learned(self, company: Device, customer: Device) -> None:
        with pytest.raises(UnknownPeer):
            sealed_text(company, customer.account, "x")


def phone_knowing(phone: Device, company: Device, relay: KeyRelay) -> Device:
    phone.learn_peer(company.account, relay.query())
    return phone


def test_a_query_answer_is_not_changed_by_checking_it(relay: KeyRelay, company: Device, customer: Device) -> None:
    answer = relay.query()
    before = deepcopy(answer)
    company.learn_peer(customer.account, answer)
    assert answer == before
