"""What companies publish (spec/wire.md section 2): card, profile, offer, templates and their approvals."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.wire.canonical import canonical_json, to_base64
from handschlag.wire.company import Profile, Verification
from handschlag.wire.consent import Offer
from handschlag.wire.limits import APPROVAL_SECONDS
from handschlag.wire.signed import SignedRecord, SigningKey, sign_record, verify_record
from handschlag.wire.template import Approval, TemplateDefinition, template_hash
from tests.relay.conftest import Join, StartRelay, both_databases
from tests.support.participants import offer_of
from tests.support.relay_door import Door
from tests.support.relay_party import Party, join, refused


def definition(party: Party, **changes: Any) -> TemplateDefinition:
    template = TemplateDefinition(
        business=party.account,
        name="departure",
        language="en",
        category="utility",
        components=[{"type": "BODY", "text": "Your flight leaves from gate {{1}} today."}],
        domain="",
    )
    return msgspec.structs.replace(template, **changes)


def text_of(template: TemplateDefinition) -> str:
    return canonical_json(template).decode()


class TestCards:
    @both_databases
    async def test_a_card_is_found_by_handle_and_by_account_and_every_part_is_signed(
        self, relay: Relay, airline: Party
    ) -> None:
        card = await airline.http.company_card("moewe-air")
        assert card == await airline.http.company_card(airline.account)
        key = airline.identity.signer.public
        assert verify_record(card.profile, key, Profile, "profile").business == airline.account
        assert card.offer is not None
        assert verify_record(card.offer, key, Offer, "offer").business == airline.account
        said = verify_record(card.verification, relay.context.secrets.signing_key.public, Verification, "verification")
        assert (said.business, said.name, said.method) == (airline.account, "moewe-air", "demonstration")

    @pytest.mark.parametrize(
        "name", ["nobody", "@" + "z" * 26 + ":localhost", "%00", "a%00b", "%ED%A0%80", "'--", "x" * 500, "%2e%2e"]
    )
    async def test_a_name_nobody_has_is_not_found(self, door: Door, name: str) -> None:
        answer = await door.call("GET", f"/v1/companies/{name}")
        assert (answer.status, answer.error["code"]) == (404, "not_found")

    async def test_a_customer_has_no_card(self, door: Door, ines: Party) -> None:
        assert (await door.call("GET", f"/v1/companies/{ines.account}")).status == 404


class TestProfilesAndOffers:
    async def test_a_profile_another_key_signed_is_refused(self, airline: Party) -> None:
        profile = Profile(business=airline.account, name="Möwe", gateway_operator="own machine", at=1)
        await refused(airline.http.publish_profile(sign_record(profile, SigningKey(bytes(32)))), 400, "record")
        await refused(airline.http.publish_profile(airline.sign(profile)), 400, "record")

    async def test_a_profile_for_another_company_is_refused(self, airline: Party, ines: Party) -> None:
        profile = Profile(business=ines.account, name="Möwe", gateway_operator="own machine", at=1)
        record = sign_record(profile, airline.identity.signer)
        await refused(airline.http.publish_profile(record), 403, "record.business")

    async def test_a_profile_is_no_offer(self, airline: Party) -> None:
        profile = Profile(business=airline.account, name="Möwe", gateway_operator="own machine", at=1)
        await refused(airline.http.publish_offer(sign_record(profile, airline.identity.signer)), 400, "record")

    async def test_a_record_of_other_spelling_is_refused(self, airline: Party) -> None:
        profile = Profile(business=airline.account, name="Möwe", gateway_operator="own machine", at=1)
        text = canonical_json(profile).decode().replace(":", ": ", 1)
        signature = airline.identity.signer.sign(text.encode())

        record = SignedRecord(record=text, key=airline.identity.signer.key_id, signature=to_base64(signature))
        refusal = await refused(airline.http.publish_profile(record), 400, "record")
        assert refusal.error.limit == "canonical JSON"

    async def test_a_record_that_is_too_long_is_refused(self, airline: Party) -> None:
        profile = Profile(business=airline.account, name="x" * 20_000, gateway_operator="own machine", at=1)
        await refused(airline.http.publish_profile(sign_record(profile, airline.identity.signer)), 400, "record")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"purposes": []}, "record"),
            ({"notice": {}}, "record"),
            ({"expires_at": 1}, "expires_at"),
            ({"cap_per_day": -1}, "purposes"),
            ({"cap_per_month": 2**70}, "purposes"),
        ],
    )
    async def test_an_offer_that_asks_nothing_or_too_late_or_with_impossible_caps_is_refused(
        self, airline: Party, clock: MovableClock, changes: dict[str, Any], field: str
    ) -> None:
        offer = offer_of(airline.account, int(clock.now()))
        caps = {name: changes.pop(name) for name in list(changes) if name.startswith("cap")}
        purposes = [msgspec.structs.replace(purpose, **caps) for purpose in offer.purposes]
        offer = msgspec.structs.replace(offer, **({"purposes": purposes} | changes))
        await refused(airline.http.publish_offer(sign_record(offer, airline.identity.signer)), 400, field)

    async def test_customers_publish_nothing(self, ines: Party, airline: Party) -> None:
        assert airline.offer is not None
        await refused(ines.http.publish_offer(airline.offer), 403)
        await refused(ines.http.publish_profile(airline.offer), 403)
        await refused(ines.http.submit_template(text_of(definition(airline))), 403)


class TestTemplates:
    @both_databases
    async def test_an_approval_is_signed_for_a_week_and_renewed(
        self, relay: Relay, airline: Party, clock: MovableClock
    ) -> None:
        state = await airline.http.submit_template(text_of(definition(airline)))
        assert (state.status, state.hash) == ("APPROVED", template_hash(definition(airline)))
        clock.advance(86_400)
        (renewed,) = (await airline.http.template_states()).templates
        assert renewed.approval is not None
        approval = verify_record(renewed.approval, relay.context.secrets.signing_key.public, Approval, "approval")
        assert (approval.template, approval.business, approval.category) == (state.hash, airline.account, "utility")
        assert abs(approval.not_after - clock.now() - APPROVAL_SECONDS) < 10

    async def test_the_same_version_twice_is_one(self, airline: Party) -> None:
        for _ in range(2):
            await airline.http.submit_template(text_of(definition(airline)))
        assert len((await airline.http.template_states()).templates) == 1

    async def test_a_company_stores_no_more_versions_than_it_may(
        self, start_relay: StartRelay, session: Any, clock: MovableClock
    ) -> None:
        airline = await join(await start_relay(templates_per_company=1), session, clock, handle="moewe-air")
        for _ in range(2):
            await airline.http.submit_template(text_of(definition(airline)))
        refusal = await refused(airline.http.submit_template(text_of(definition(airline, language="fr"))), 403)
        assert refusal.error.limit == "at most 1"

    async def test_another_category_is_another_version(self, airline: Party) -> None:
        first = await airline.http.submit_template(text_of(definition(airline)))
        second = await airline.http.submit_template(text_of(definition(airline, category="marketing")))
        assert first.hash != second.hash
        assert [state.category for state in (await airline.http.template_states()).templates] == [
            "utility",
            "marketing",
        ]

    async def test_customers_read_all_approved_texts(self, airline: Party, ines: Party) -> None:
        await airline.http.submit_template(text_of(definition(airline)))
        texts = await ines.http.template_texts(airline.account)
        assert texts.definitions == [text_of(definition(airline))]

    async def test_an_operator_who_looks_first_approves_nothing_at_once(
        self, start_relay: StartRelay, session: Any, clock: MovableClock
    ) -> None:
        relay = await start_relay(template_review="by_hand")
        airline = await join(relay, session, clock, handle="moewe-air")
        state = await airline.http.submit_template(text_of(definition(airline)))
        assert (state.status, state.approval) == ("PENDING", None)
        assert (await airline.http.template_texts(airline.account)).definitions == []

    async def test_what_is_no_definition_of_this_company_is_refused(self, airline: Party, join_relay: Join) -> None:
        other = await join_relay(handle="other-air")
        await refused(airline.http.submit_template(text_of(definition(other))), 403, "definition.business")
        for text in ("", "{", "[]", "null", "[" * 10_000, text_of(definition(airline)) + " ", "x" * 20_000):
            refusal = await refused(airline.http.submit_template(text), 400, "definition")
            assert refusal.error.limit
