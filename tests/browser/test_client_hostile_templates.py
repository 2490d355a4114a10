"""What a hostile relay or company does with templates and consent, with the client in a browser as the victim."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from aiohttp import web
from tests.browser.harness.by_hand import draft, learn, show
from tests.browser.harness.customer import Customer
from tests.browser.harness.world import World

from handschlag.content.bodies import TemplateMessage
from handschlag.content.templates.components import Component, Parameter
from handschlag.wire.canonical import canonical_json, to_base64
from handschlag.wire.commitment import commit
from handschlag.wire.consent import Grant, Stamp
from handschlag.wire.envelope import header_hash
from handschlag.wire.signed import SigningKey, sign_record
from handschlag.wire.template import Approval, TemplateDefinition, template_hash

pytestmark = pytest.mark.browser
DAY = 86_400


class Flight:
    """One approved template of the other company, and one good message of it; tests spoil one thing each."""

    def __init__(self, world: World, customer: Customer) -> None:
        self.world = world
        self.me = customer.store("facts")[0]["account"]
        (company,) = customer.store("companies")
        self.own_record = company["records"][-1]["record"]
        self.relay_key = world.house.relay.context.secrets.signing_key
        self.definition = TemplateDefinition(
            business=world.other.device.account,
            name="departure",
            language="en",
            category="utility",
            components=[{"type": "BODY", "text": "Your flight leaves at {{1}} today."}],
            domain="",
        )
        self.text = canonical_json(self.definition).decode()
        self.now = int(world.house.clock.now())
        self.repair()

    def repair(self) -> None:
        """Make everything right again."""
        self.approval: dict[str, Any] = {
            "template": template_hash(self.definition),
            "business": self.definition.business,
            "category": "utility",
            "not_after": self.now + DAY,
        }
        self.approval_key = self.stamp_key = self.relay_key
        self.parameter = "14:20"
        self.category: Any = "utility"
        self.commitment: str | None = None
        head = to_base64(hashlib.sha256(self.own_record.encode()).digest())
        self.stamp: dict[str, Any] = {"consent_head": head, "accepted_at": self.now}
        self.stamped = True

    def definitions(self, path: str, answer: Any) -> None:
        if path.endswith("/templates"):
            answer["definitions"] = [self.text]

    def send(self) -> None:
        message = TemplateMessage(
            template=self.approval["template"],
            approval=sign_record(Approval(**self.approval), self.approval_key),
            components=[Component(type="body", parameters=[Parameter(type="text", text=self.parameter)])],
        )
        body, salt = canonical_json(message), to_base64(os.urandom(32))
        commitment = self.commitment or commit(salt, body)
        header = draft(self.world, self.me, "template", category=self.category, commitment=commitment)
        envelope = self.world.other.device.seal(header, body, salt=salt)
        stamp = None
        if self.stamped:
            fields: dict[str, Any] = {
                "header": header_hash(envelope.header),
                "window_open": False,
                "rate_id": "",
            } | self.stamp
            stamp = sign_record(Stamp(**fields), self.stamp_key)
        self.world.do(show(self.world, envelope, stamp=stamp))


def other_definition(flight: Flight) -> None:
    other = msgspec.structs.replace(flight.definition, components=[{"type": "BODY", "text": "Pay {{1}} now, please."}])
    flight.approval["template"] = template_hash(other)


SPOILERS: dict[str, Callable[[Flight], Any]] = {
    "a commitment that does not open": lambda f: setattr(f, "commitment", commit(to_base64(bytes(32)), b"{}")),
    "an approval of another company": lambda f: f.approval.update(business=f.me),
    "an approval of another category": lambda f: f.approval.update(category="marketing"),
    "a header of another category": lambda f: setattr(f, "category", "marketing"),
    "an approval that ended": lambda f: f.approval.update(not_after=f.now - DAY - 60),
    "an approval signed by anybody else": lambda f: setattr(f, "approval_key", SigningKey(b"x" * 32)),
    "an unknown definition": other_definition,
    "an altered parameter": lambda f: setattr(f, "parameter", "14:20\n\nBuy now"),
    "a web address as a parameter": lambda f: setattr(f, "parameter", "https://evil.example"),
    "a missing stamp": lambda f: setattr(f, "stamped", False),
    "a stamp of another envelope": lambda f: f.stamp.update(header=to_base64(bytes(32))),
    "a forged stamp": lambda f: setattr(f, "stamp_key", SigningKey(b"x" * 32)),
    "a grant never given": lambda f: f.stamp.update(consent_head=to_base64(bytes(32))),
    "a stamp from after the grant ended": lambda f: f.stamp.update(accepted_at=f.now + 400 * DAY),
}


@pytest.fixture
def flight(world: World, visitor: Customer) -> Flight:
    visitor.join(world.other_link, world.other.device.account)
    made = Flight(world, visitor)
    world.middle.on_answer = made.definitions
    world.do(learn(world, world.other.device, made.me))
    return made


def test_a_template_that_does_not_match_its_approval_is_withheld(visitor: Customer, flight: Flight) -> None:
    shown: list[str] = []
    for why, spoil in SPOILERS.items():
        spoil(flight)
        flight.send()
        flight.repair()
        visitor.until(lambda: len(visitor.messages) == len(shown) + 1)
        last = visitor.messages[-1]
        shown.append(last["type"])
        assert (last["type"], last["text"], last["buttons"]) == ("withheld", "", []), why
    flight.send()
    visitor.until(lambda: visitor.received[-1] == "Your flight leaves at 14:20 today.")
    assert visitor.messages[-1]["type"] == "template"


def test_a_definition_that_cannot_be_fetched_now_is_fetched_later(
    world: World, visitor: Customer, flight: Flight
) -> None:
    """Neither withheld nor lost, and what comes after it does not wait."""
    world.middle.instead = lambda path: web.Response(status=503) if path.endswith("/templates") else None
    flight.send()
    visitor.until(lambda: any(path.endswith("/templates") for path in world.middle.asked))
    assert visitor.messages == []
    visitor.reload()
    assert visitor.messages == []
    world.middle.instead = lambda _path: None
    visitor.until_received("Your flight leaves at 14:20 today.")


def test_a_grant_that_the_relay_invents_does_not_count(world: World, visitor: Customer, flight: Flight) -> None:
    own = msgspec.json.decode(flight.own_record, type=Grant)
    invented = msgspec.structs.replace(own, id="invented", purposes=["utility", "marketing"])
    signed = sign_record(invented, flight.relay_key)

    def on_answer(path: str, answer: Any) -> None:
        flight.definitions(path, answer)
        if path == "/v1/consent":
            record = {"record": signed.record, "key": f"ed25519:{own.device}", "signature": signed.signature}
            (state,) = answer["businesses"]
            state["records"] = [*state["records"], record]

    world.middle.on_answer = on_answer
    visitor.call("block", visitor.company)
    visitor.call("unblock", visitor.company)
    (company,) = visitor.store("companies")
    assert signed.record not in [record["record"] for record in company["records"]]
    flight.stamp = {"consent_head": signed.hash, "accepted_at": flight.now}
    flight.send()
    assert visitor.until(lambda: visitor.messages)[-1]["type"] == "withheld"
