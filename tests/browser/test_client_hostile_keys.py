"""What a hostile relay does with keys and device lists, with the client in a browser as the victim."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from tests.browser.harness.by_hand import learn, new_device, seal_text, show
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World, link_of

from handschlag.crypto.identity import Identity, signed_by
from handschlag.wire.canonical import to_base64

pytestmark = pytest.mark.browser


def plain(value: Any) -> Any:
    return json.loads(msgspec.json.encode(value))


def spoil_claims(world: World, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change every one-time key the relay hands out."""

    def on_answer(path: str, answer: Any) -> None:
        if path == "/v1/keys/claim":
            for devices in answer["one_time_keys"].values():
                for keys in devices.values():
                    keys.update({id_: change(key) for id_, key in keys.items()})

    world.middle.on_answer = on_answer


class TestOneTimeKeys:
    @pytest.mark.parametrize("point", [bytes(32), b"\x01" + bytes(31)], ids=["all zero", "one"])
    def test_a_key_of_low_order_opens_no_session_even_validly_signed(
        self, world: World, visitor: Customer, point: bytes
    ) -> None:
        device = world.other.device
        spoil_claims(world, lambda _: signed_by({"key": to_base64(point)}, device.account, device.signer))
        assert visitor.try_to_join(world.other_link)
        assert world.middle.envelopes_sent() == []

    def test_a_key_swapped_under_its_old_signature_opens_no_session(self, world: World, visitor: Customer) -> None:
        spoil_claims(world, lambda key: {**key, "key": to_base64(os.urandom(32))})
        assert visitor.try_to_join(world.other_link)
        assert world.middle.envelopes_sent() == []

    def test_after_the_relay_is_honest_again_the_customer_can_join(self, world: World, visitor: Customer) -> None:
        spoil_claims(world, lambda key: {**key, "key": to_base64(os.urandom(32))})
        assert visitor.try_to_join(world.other_link)
        world.middle.be_honest()
        visitor.reload()
        visitor.join(world.other_link, world.other.device.account)
        visitor.send("Hallo")
        visitor.until_status("Hallo", "accepted", "delivered")


class TestDeviceLists:
    def test_device_keys_with_another_curve25519_are_not_accepted(self, world: World, visitor: Customer) -> None:
        device = world.other.device

        def on_answer(path: str, answer: Any) -> None:
            if path == "/v1/keys/query" and device.account in answer["device_keys"]:
                keys = answer["device_keys"][device.account][device.device]["keys"]
                keys[f"curve25519:{device.device}"] = to_base64(os.urandom(32))

        world.middle.on_answer = on_answer
        assert visitor.try_to_join(world.other_link)
        assert world.middle.envelopes_sent() == []

    def test_nothing_is_sealed_for_a_device_the_relay_added(self, world: World, visitor: Customer) -> None:
        device = world.other.device
        spy = new_device(world)
        spy.certify(Identity.create(device.account, os.urandom(64)))

        def on_answer(path: str, answer: Any) -> None:
            if path == "/v1/keys/query" and device.account in answer["device_keys"]:
                answer["device_keys"][device.account][spy.device] = plain(spy.device_keys())

        world.middle.on_answer = on_answer
        visitor.join(world.other_link, device.account)
        visitor.send("geheim")
        visitor.until_status("geheim", "accepted", "delivered")
        for envelope in world.middle.envelopes_sent():
            assert set(envelope["bodies"][device.account]) == {device.device}

    def test_nothing_is_shown_from_a_device_that_is_not_certified(self, world: World, visitor: Customer) -> None:
        """The library hands such a message out as decrypted; the client looks at who sent it."""
        other = world.other.device
        visitor.join(world.other_link, other.account)
        visitor.begin()
        me = visitor.store("facts")[0]["account"]
        spy = new_device(world)
        world.do(learn(world, spy, me))
        world.do(learn(world, other, me))
        world.do(show(world, seal_text(world, spy, me, "pay here")))
        world.do(show(world, seal_text(world, spy, me, "pay there", attempt=3)))
        world.do(show(world, seal_text(world, spy, me, "as the other"), from_device=other.device))
        world.do(show(world, seal_text(world, other, me, "genuine")))
        visitor.until_received("genuine")
        assert [m["type"] for m in visitor.messages if m["direction"] == "in"] == ["text"]


class TestIdentity:
    def test_an_exchanged_identity_stops_everything_that_is_sent(self, world: World, visitor: Customer) -> None:
        device = world.other.device
        visitor.join(world.other_link, device.account)
        visitor.send("vorher")
        visitor.until_status("vorher", "accepted", "delivered")
        assert visitor.chat["company"]["identity"] == "matched"
        impostor = Identity.create(device.account, os.urandom(64))

        def on_answer(path: str, answer: Any) -> None:
            if path == "/v1/keys/query" and device.account in answer["device_keys"]:
                answer["master_keys"][device.account] = plain(impostor.master_key())
                answer["self_signing_keys"][device.account] = plain(impostor.self_signing_key())
                answer["device_keys"][device.account][device.device] = plain(impostor.certify(device.device_keys()))

        def refuse(frame: dict[str, Any]) -> list[dict[str, Any]]:
            for result in frame.get("results", []):
                result["refusal"] = {"code": "stale_devices", "message": "look again"}
            return [frame]

        world.middle.on_answer, world.middle.to_browser = on_answer, refuse
        visitor.send("was tun")
        visitor.until_status("was tun", "failed")
        visitor.until(lambda: visitor.chat["company"]["identity"] == "changed")
        already = len(world.middle.envelopes_sent())
        visitor.send("und jetzt")
        visitor.until_status("und jetzt", "failed")
        assert len(world.middle.envelopes_sent()) == already
        world.middle.be_honest()
        visitor.send("wieder da")
        visitor.until_status("wieder da", "accepted", "delivered")
        assert visitor.chat["company"]["identity"] == "matched"
        # A person may take the other identity for the right one, and only the one that they were shown.
        world.middle.on_answer = on_answer
        assert visitor.command(kind="look_identity")["company"] == impostor.master_public
        visitor.until(lambda: visitor.chat["company"]["identity"] == "changed")
        shown = {"masterKey": Identity.create(device.account, os.urandom(64)).master_public, "compared": True}
        assert visitor.refused_command(kind="accept_identity", **shown)
        visitor.command(kind="accept_identity", masterKey=impostor.master_public, compared=False)
        visitor.until(lambda: visitor.chat["company"]["identity"] == "pinned")
        visitor.send("an die neue")
        visitor.until_status("an die neue", "accepted", "delivered")
        events = [message["event"] for message in visitor.messages if message["type"] == "event"]
        assert events == ["keys_changed", "keys_changed", "keys_accepted"]

    def test_another_fingerprint_than_the_links_is_refused_before_anything_is_made(
        self, world: World, visitor: Customer
    ) -> None:
        named = Identity.create(world.other.device.account, os.urandom(64)).master_public
        assert visitor.try_to_join(link_of("other-company", named)) == "fingerprint_mismatch"
        assert visitor.app["phase"] == "new"
        assert visitor.store("companies") == visitor.store("commands") == []
        assert "/v1/accounts" not in world.middle.asked

    def test_a_card_that_somebody_else_signed_is_refused(self, world: World, visitor: Customer) -> None:
        def on_answer(path: str, answer: Any) -> None:
            if path.startswith("/v1/companies/"):
                answer["profile"]["record"] = answer["profile"]["record"].replace("Möwe", "Löwe")

        world.middle.on_answer = on_answer
        assert visitor.try_to_join(world.other_link) == "invalid_signature"
        world.middle.on_answer = lambda _path, answer: answer.clear()
        assert visitor.try_to_join(world.other_link) == "unreadable_answer"
