"""What a hostile relay or company does with templates: approval, commitment, definition and stamp."""

from __future__ import annotations

import os
from typing import Any

import msgspec
import pytest
from tests.support.key_relay import (
    NOW,
    deliver,
    draft,
    sealed_text,
)

from handschlag.content.bodies import TemplateMessage
from handschlag.content.templates.components import Component, Parameter
from handschlag.device.device import Device
from handschlag.device.outcomes import Opened
from handschlag.device.sealing import HeaderDraft
from handschlag.device.showing import Reader, TemplateWithheld, show_template
from handschlag.wire.canonical import canonical_json, to_base64
from handschlag.wire.commitment import commit
from handschlag.wire.consent import Grant, Stamp
from handschlag.wire.envelope import Header, header_hash
from handschlag.wire.signed import SignedRecord, SigningKey, sign_record
from handschlag.wire.template import Approval, TemplateDefinition, template_hash


class Flight:
    """A company's approved template, one good message of it, and what its reader knows; tests spoil one thing each."""

    def __init__(self, company: Device, customer: Device) -> None:
        self.company, self.customer = company, customer
        self.relay_key = SigningKey(b"r" * 32)
        self.definition = TemplateDefinition(
            business=company.account,
            name="departure",
            language="en",
            category="utility",
            components=[{"type": "BODY", "text": "Your flight leaves at {{1}} today."}],
            domain="",
        )
        self.approval: dict[str, Any] = {
            "template": template_hash(self.definition),
            "business": company.account,
            "category": "utility",
            "not_after": int(NOW) + 86_400,
        }
        self.approval_key = self.relay_key
        self.parameter = "14:20"
        self.commitment: str | None = None
        self.category: Any = "utility"
        self.grant = Grant(
            id="g", business=company.account, customer=customer.account, device=customer.device, offer="o", notice="n",
            language="en", purposes=["utility"], origin="link", build="b", at=int(NOW) - 5, expires_at=int(NOW) + 10**6,
            previous=None,
        )  # fmt: skip
        self.stamp: dict[str, Any] = {"consent_head": self.grant_hash(self.grant)}
        self.stamp_key = self.relay_key
        self.text: str | None = canonical_json(self.definition).decode()
        self.stamped = True

    def grant_hash(self, grant: Grant) -> str:
        return sign_record(grant, self.customer.signer).hash

    def shown(self, now: float = NOW) -> str:
        """Seal, deliver and show; returns the body's text."""
        approval = sign_record(Approval(**self.approval), self.approval_key)
        message = TemplateMessage(
            template=self.approval["template"],
            approval=approval,
            components=[Component(type="body", parameters=[Parameter(type="text", text=self.parameter)])],
        )
        body, salt = canonical_json(message), to_base64(os.urandom(32))
        header = HeaderDraft(
            id=draft(self.customer.account).id,
            to=self.customer.account,
            kind="template",
            sent_at=int(NOW),
            category=self.category,
            commitment=self.commitment or commit(salt, body),
        )
        envelope = self.company.seal(header, body, salt=salt)
        opened = deliver(envelope, self.customer)
        assert isinstance(opened, Opened), opened
        stamp = self.stamp_for(envelope.header) if self.stamped else None
        reader = Reader(relay_key=self.relay_key.public, grants={self.grant_hash(self.grant): self.grant})
        return show_template(opened, definition=self.text, stamp=stamp, reader=reader, now=now).body

    def stamp_for(self, header: Header) -> SignedRecord:
        fields = {
            "header": header_hash(header), "accepted_at": int(NOW), "window_open": False, "rate_id": "", **self.stamp
        }  # fmt: skip
        return sign_record(Stamp(**fields), self.stamp_key)

    def withheld_by(self, now: float = NOW) -> str:
        with pytest.raises(TemplateWithheld) as withheld:
            self.shown(now)
        assert str(withheld.value) == "message withheld: it does not match its approval"
        return withheld.value.check


class TestTemplates:
    @pytest.fixture
    def flight(self, talking: tuple[Device, Device]) -> Flight:
        return Flight(*talking)

    def test_a_template_that_matches_its_approval_is_shown(self, flight: Flight) -> None:
        assert flight.shown() == "Your flight leaves at 14:20 today."

    def test_a_commitment_that_does_not_open_withholds_it(self, flight: Flight) -> None:
        flight.commitment = commit(to_base64(bytes(32)), b"{}")
        assert flight.withheld_by() == "commitment"

    def test_an_approval_of_another_company_withholds_it(self, flight: Flight) -> None:
        flight.approval["business"] = flight.customer.account
        assert flight.withheld_by() == "approval"

    def test_an_approval_of_another_category_withholds_it(self, flight: Flight) -> None:
        flight.approval["category"] = "marketing"
        assert flight.withheld_by() == "approval"

    def test_a_header_of_another_category_withholds_it(self, flight: Flight) -> None:
        flight.category = "marketing"
        assert flight.withheld_by() == "approval"

    def test_an_approval_ended_more_than_a_day_ago_withholds_it(self, flight: Flight) -> None:
        assert flight.shown(flight.approval["not_after"] + 86_400)
        assert flight.withheld_by(flight.approval["not_after"] + 86_401) == "approval"

    def test_an_approval_signed_by_anybody_else_withholds_it(self, flight: Flight) -> None:
        flight.approval_key = SigningKey(b"x" * 32)
        assert flight.withheld_by() == "approval"

    def test_another_definition_under_the_hash_withholds_it(self, flight: Flight) -> None:
        other = msgspec.structs.replace(flight.definition, components=[{"type": "BODY", "text": "Pay {{1}} now."}])
        flight.text = canonical_json(other).decode()
        assert flight.withheld_by() == "definition"

    def test_an_unknown_definition_withholds_it(self, flight: Flight) -> None:
        flight.text = None
        assert flight.withheld_by() == "definition"

    def test_a_definition_of_another_company_withholds_it(self, flight: Flight) -> None:
        other = msgspec.structs.replace(flight.definition, business=flight.customer.account)
        flight.text, flight.approval["template"] = canonical_json(other).decode(), template_hash(other)
        assert flight.withheld_by() == "definition"

    def test_a_parameter_that_breaks_a_rule_withholds_it(self, flight: Flight) -> None:
        flight.parameter = "14:20\n\nBuy now"
        assert flight.withheld_by() == "parameters"

    def test_a_missing_stamp_withholds_it(self, flight: Flight) -> None:
        flight.stamped = False
        assert flight.withheld_by() == "stamp"

    def test_a_stamp_of_another_envelope_withholds_it(self, flight: Flight) -> None:
        flight.stamp["header"] = header_hash(sealed_text(flight.company, flight.customer.account, "x").header)
        assert flight.withheld_by() == "stamp"

    def test_a_stamp_forged_with_another_key_withholds_it(self, flight: Flight) -> None:
        flight.stamp_key = SigningKey(b"x" * 32)
        assert flight.withheld_by() == "stamp"

    def test_a_stamp_that_names_a_grant_never_given_withholds_it(self, flight: Flight) -> None:
        flight.stamp["consent_head"] = "x"
        assert flight.withheld_by() == "stamp"

    def test_a_grant_for_another_purpose_withholds_it(self, flight: Flight) -> None:
        flight.grant = msgspec.structs.replace(flight.grant, purposes=["marketing"])
        flight.stamp["consent_head"] = flight.grant_hash(flight.grant)
        assert flight.withheld_by() == "stamp"

    def test_a_grant_to_another_company_withholds_it(self, flight: Flight) -> None:
        flight.grant = msgspec.structs.replace(flight.grant, business=flight.customer.account)
        flight.stamp["consent_head"] = flight.grant_hash(flight.grant)
        assert flight.withheld_by() == "stamp"

    def test_a_stale_stamp_after_the_grant_ended_withholds_it(self, flight: Flight) -> None:
        flight.stamp["accepted_at"] = flight.grant.expires_at + 1
        assert flight.withheld_by() == "stamp"

    def test_a_text_message_is_no_template(self, flight: Flight) -> None:
        opened = deliver(sealed_text(flight.company, flight.customer.account, "x"), flight.customer)
        assert isinstance(opened, Opened)
        with pytest.raises(TemplateWithheld):
            show_template(opened, definition=None, stamp=None, reader=Reader(flight.relay_key.public, {}), now=NOW)
