"""What a hostile relay does with envelopes, with the client in a browser as the victim."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from tests.browser.harness.by_hand import learn, seal_text, show
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

from handschlag.wire.envelope import OutgoingEnvelope

pytestmark = pytest.mark.browser


@pytest.fixture
def other_customer(world: World, visitor: Customer) -> Customer:
    """A customer of the company in the test's own hands, whose device knows the customer's."""
    visitor.join(world.other_link, world.other.device.account)
    visitor.begin()
    world.do(learn(world, world.other.device, account_of(visitor)))
    return visitor


def account_of(customer: Customer) -> Any:
    return customer.store("facts")[0]["account"]


def plain(envelope: OutgoingEnvelope) -> dict[str, Any]:
    """Return an envelope as an event shows it."""
    ((body,),) = [bodies.values() for bodies in envelope.bodies.values()]
    return {"header": json.loads(msgspec.json.encode(envelope.header)), "body": json.loads(bytes(body))}


def questions(world: World) -> int:
    """Return how many receipts the browser sent: it asks for nothing else in these tests."""
    return sum(envelope["header"]["kind"] == "receipt" for envelope in world.middle.envelopes_sent())


def test_a_relabelled_sender_is_not_shown(world: World, anna: Customer) -> None:
    anna.join(world.other_link, world.other.device.account)
    anna.begin()
    me = account_of(anna)
    world.do(learn(world, world.other.device, me))
    envelope = seal_text(world, world.other.device, me, "von wem?")
    device = world.house.gateway.running.companies[world.house.company.id].device
    changed: Any = {"from": device.account, "from_device": device.device}
    world.do(show(world, envelope, **changed))
    world.do(show(world, seal_text(world, world.other.device, me, "danach")))
    anna.until_received("danach")
    anna.look_at(world.house.company.account)
    assert anna.received == []


def test_a_flipped_bit_is_unreadable_and_does_no_harm(world: World, other_customer: Customer) -> None:
    me = account_of(other_customer)
    envelope = seal_text(world, world.other.device, me, "unversehrt")
    world.do(show(world, seal_text(world, world.other.device, me, "zuerst")))
    other_customer.until_received("zuerst")

    def flipped(frame: dict[str, Any]) -> dict[str, Any]:
        damaged = deepcopy(frame)
        (part,) = damaged["body"]["ciphertext"].values()
        middle = len(part["body"]) // 2
        part["body"] = (
            part["body"][:middle] + ("A" if part["body"][middle] != "A" else "B") + part["body"][middle + 1 :]
        )
        return damaged

    shown: list[dict[str, Any]] = []
    push = world.middle.push

    async def keep(frame: dict[str, Any]) -> None:
        shown.append(frame)

    world.middle.push = keep  # type: ignore[method-assign]
    world.do(show(world, envelope))
    world.middle.push = push  # type: ignore[method-assign]
    (frame,) = shown
    world.do(push(frame | {"events": [flipped(event) for event in frame["events"]]}))
    other_customer.until(lambda: questions(world) == 1)
    world.do(push(frame))
    other_customer.until_received("zuerst", "unversehrt")
    world.do(show(world, seal_text(world, world.other.device, me, "weiter")))
    other_customer.until_received("zuerst", "unversehrt", "weiter")


def test_a_replay_is_shown_once_and_asks_for_nothing(
    world: World, anna: Customer, wa_id: Callable[[Customer], str]
) -> None:
    to = wa_id(anna)
    world.do(world.house.send_text(to, "einmal"))
    anna.until_received("einmal")
    frames = [frame for frame in world.middle.frames if frame["type"] == "deliver"]
    for frame in frames * 2:
        world.do(world.middle.push(frame))
    twice = {"type": "deliver", "events": frames[-1]["events"] * 2}
    world.do(world.middle.push(twice))
    world.do(world.house.send_text(to, "danach"))
    anna.until_received("einmal", "danach")
    assert questions(world) == 0


def test_a_header_that_differs_from_the_sealed_one_is_refused(world: World, other_customer: Customer) -> None:
    me = account_of(other_customer)
    changes: list[Any] = [{"sent_at": 5}, {"attempt": 1}, {"ttl": 60}, {"size": 8192}]
    for changed in changes:
        world.do(show(world, seal_text(world, world.other.device, me, "verändert"), **changed))
    world.do(show(world, seal_text(world, world.other.device, me, "danach")))
    other_customer.until_received("danach")


def test_rubbish_among_envelopes_is_passed_over(world: World, other_customer: Customer) -> None:
    """All in one frame, so that what is good must not be taken for its neighbour."""
    me = account_of(other_customer)
    headers: list[Any] = [{}, [], None, 5, {"id": 1}, {"id": "x", "from": None}]
    bodies: list[Any] = [None, 5, [], {}, {"ciphertext": 5}, {"algorithm": "m.olm.v1.curve25519-aes-sha2"}]
    good = [seal_text(world, world.other.device, me, text) for text in ("echt", "auch echt")]
    first, last = (plain(envelope) for envelope in good)
    fakes = [
        {"header": first["header"] | {"id": f"019b2c3d-4e5f-7a6b-8c7d-9e0f1a2b3c4{n}"}, "body": body}
        for n, body in enumerate(bodies)
    ]
    events = [first, *[{"header": header, "body": {}} for header in headers], {}, {"note": 5}, *fakes, last]
    numbered = [{"number": world.middle.last_number, **event} for event in events]
    world.do(world.middle.push({"type": "deliver", "events": numbered}))
    other_customer.until_received("echt", "auch echt")
    assert other_customer.app["connection"] == "online"
    assert other_customer.problems == []


def test_a_company_that_is_blocked_is_not_shown_whatever_the_relay_carries(
    world: World, other_customer: Customer
) -> None:
    me = account_of(other_customer)
    other_customer.call("block", other_customer.company)
    world.do(show(world, seal_text(world, world.other.device, me, "trotzdem")))
    other_customer.call("unblock", other_customer.company)
    world.do(show(world, seal_text(world, world.other.device, me, "erlaubt")))
    other_customer.until_received("erlaubt")


def test_free_text_to_somebody_who_did_not_write_within_24_hours_is_withheld(world: World, visitor: Customer) -> None:
    visitor.join(world.other_link, world.other.device.account)
    me = account_of(visitor)
    world.do(learn(world, world.other.device, me))
    world.do(show(world, seal_text(world, world.other.device, me, "ungefragt")))
    withheld = visitor.until_type("withheld")
    assert "ungefragt" not in (withheld["text"], withheld["header"], withheld["footer"])
    visitor.begin()
    world.do(show(world, seal_text(world, world.other.device, me, "gern geschehen")))
    visitor.until_received("", "gern geschehen")
    late = int(world.house.clock.now()) + 25 * 3600
    world.do(show(world, seal_text(world, world.other.device, me, "zu spät", sent_at=late)))
    visitor.until_received("", "gern geschehen", "")
