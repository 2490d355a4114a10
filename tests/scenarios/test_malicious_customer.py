"""A customer who sends what no messenger sends: refused by the relay or by the gateway, and no webhook tells of it."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
import pytest

from handschlag.content.text import Text, TextMessage
from handschlag.device.sealing import HeaderDraft
from handschlag.relay_client.errors import RelayRefused
from handschlag.wire.canonical import hash_of
from handschlag.wire.consent import Grant, Offer, Withdrawal
from handschlag.wire.envelope import Header, OutgoingEnvelope
from handschlag.wire.frames import Result
from handschlag.wire.ids import make_account_id, make_device_id, make_envelope_id
from handschlag.wire.signed import parse_record, sign_record
from tests.gateway.customer import YEAR, Customer
from tests.gateway.house import House
from tests.support.participants import enrol_company

TEXT = msgspec.json.encode(TextMessage(text=Text(body="Ich bin jemand anders.")))


def sealed(customer: Customer) -> OutgoingEnvelope:
    now = customer.clock.now()
    draft = HeaderDraft(
        id=make_envelope_id(now, secrets.token_bytes(10)), to=customer.business, kind="service", sent_at=int(now)
    )
    return customer.device.seal(draft, TEXT)


async def fate_of(customer: Customer, envelope: OutgoingEnvelope, **changes: Any) -> Result:
    """Send an envelope whose header says something else than what was sealed, and return the relay's answer."""
    header: Header = msgspec.structs.replace(envelope.header, **changes)
    assert customer.link is not None
    customer.link.send_envelopes([OutgoingEnvelope(header=header, bodies=envelope.bodies)])
    found: Result = await customer.until(lambda: next((r for r in customer.results if r.id == header.id), None))
    return found


async def nothing_was_told(house: House, customer: Customer) -> None:
    """What a customer honestly writes afterwards is the first thing the company hears."""
    before = len(house.receiver.messages)
    await house.receiver.message(customer.write("Wirklich von mir."))
    assert [m["text"]["body"] for m in house.receiver.messages[before:]] == ["Wirklich von mir."]


class TestEnvelopes:
    async def test_another_sender_is_refused(self, house: House) -> None:
        anna, mallory = await house.customer("Anna"), await house.customer("Mallory")
        result = await fate_of(mallory, sealed(mallory), sender=anna.account)
        assert result.refusal is not None
        assert result.refusal.code == "bad_envelope"
        await nothing_was_told(house, mallory)

    async def test_another_senders_device_is_refused(self, house: House) -> None:
        anna, mallory = await house.customer("Anna"), await house.customer("Mallory")
        for device in (anna.device.device, make_device_id(secrets.token_bytes(10))):
            result = await fate_of(mallory, sealed(mallory), from_device=device)
            assert result.refusal is not None
            assert result.refusal.code == "bad_envelope"
        await nothing_was_told(house, mallory)

    async def test_a_template_is_not_for_customers(self, house: House) -> None:
        mallory = await house.customer("Mallory")
        result = await fate_of(mallory, sealed(mallory), kind="template", category="utility", commitment="c" * 43)
        assert result.refusal is not None
        assert result.refusal.code == "undeliverable"

    async def test_another_customer_looks_like_nobody(self, house: House) -> None:
        anna, mallory = await house.customer("Anna"), await house.customer("Mallory")
        envelope = sealed(mallory)
        body = next(iter(envelope.bodies[mallory.business].values()))
        answers = []
        for account in (anna.account, make_account_id(secrets.token_bytes(26), "localhost")):
            addressed = OutgoingEnvelope(envelope.header, {account: {anna.device.device: body}})
            id_ = make_envelope_id(mallory.clock.now(), secrets.token_bytes(10))
            answers.append((await fate_of(mallory, addressed, to=account, id=id_)).refusal)
        assert answers[0] == answers[1]
        assert answers[0] is not None
        assert answers[0].code == "undeliverable"
        assert anna.opened == []

    @pytest.mark.parametrize("changes", [{"id": "other"}, {"kind": "system"}, {"kind": "receipt"}, {"sent_at": 1}])
    async def test_a_header_that_differs_from_the_sealed_one_is_not_opened(
        self, house: House, changes: dict[str, Any]
    ) -> None:
        mallory = await house.customer("Mallory")
        if "id" in changes:
            changes = {"id": make_envelope_id(mallory.clock.now(), secrets.token_bytes(10))}
        assert (await fate_of(mallory, sealed(mallory), **changes)).refusal is None
        await nothing_was_told(house, mallory)

    async def test_an_envelope_sent_again_is_told_once(self, house: House) -> None:
        mallory = await house.customer("Mallory")
        envelope = sealed(mallory)
        for _ in range(3):
            mallory.results.clear()
            assert (await fate_of(mallory, envelope)).refusal is None
        await house.receiver.message(mallory.write("Und noch etwas."))
        assert [m["text"]["body"] for m in house.receiver.messages].count("Ich bin jemand anders.") == 1

    async def test_a_sealed_body_of_somebody_else_is_not_opened(self, house: House) -> None:
        anna, mallory = await house.customer("Anna"), await house.customer("Mallory")
        stolen = OutgoingEnvelope(sealed(mallory).header, sealed(anna).bodies)
        assert (await fate_of(mallory, stolen)).refusal is None
        await nothing_was_told(house, mallory)
        await nothing_was_told(house, anna)


class TestConsent:
    @staticmethod
    async def grant(customer: Customer, /, **changes: Any) -> Grant:
        card = await customer.http.company_card(customer.business)
        assert card.offer is not None
        offer = parse_record(card.offer, Offer, "offer")
        now = int(customer.clock.now())
        grant = Grant(
            id=secrets.token_hex(16),
            business=customer.business,
            customer=customer.account,
            device=customer.device.device,
            offer=card.offer.hash,
            notice=hash_of(offer.notice["de"].encode()),
            language="de",
            purposes=["marketing"],
            origin="link",
            build="test",
            at=now,
            expires_at=now + YEAR,
            previous=customer.head,
        )
        return msgspec.structs.replace(grant, **changes)

    async def test_a_grant_in_somebody_elses_name_is_refused(self, house: House) -> None:
        anna, mallory = await house.customer("Anna"), await house.customer("Mallory")
        grant = await self.grant(mallory, customer=anna.account, device=anna.device.device, previous=anna.head)
        with pytest.raises(RelayRefused) as refused:
            await mallory.http.post_grant(sign_record(grant, mallory.device.signer))
        assert refused.value.status == 403
        assert [state.purposes for state in (await anna.http.consent()).businesses] == [["utility"]]

    async def test_an_offer_is_agreed_to_only_towards_its_own_company(self, house: House) -> None:
        mallory = await house.customer("Mallory")
        other = await enrol_company(house.relay, house.session, house.clock, handle="other-air", name="Other Air")
        grant = await self.grant(mallory, business=other.device.account, previous=None)
        with pytest.raises(RelayRefused) as refused:
            await mallory.http.post_grant(sign_record(grant, mallory.device.signer))
        assert (refused.value.status, refused.value.error.field) == (400, "offer")

    async def test_an_old_grant_does_not_undo_a_withdrawal(self, house: House) -> None:
        anna = await house.customer("Anna")
        old = sign_record(await self.grant(anna), anna.device.signer)
        await anna.http.post_grant(old)
        anna.head = old.hash
        await anna.withdraw()
        with pytest.raises(RelayRefused) as refused:
            await anna.http.post_grant(old)
        assert (refused.value.status, refused.value.error.code) == (409, "conflict")
        _, answer = await house.send_departure(house.contact_of(anna).wa_id, "1", "2", "3")
        failed = await house.receiver.status(answer["messages"][0]["id"], "failed")
        assert failed["errors"][0]["code"] == 131026

    async def test_a_replayed_withdrawal_does_not_end_a_new_grant(self, house: House) -> None:
        anna = await house.customer("Anna")
        withdrawal = Withdrawal(
            id=secrets.token_hex(16),
            business=anna.business,
            customer=anna.account,
            device=anna.device.device,
            purposes="*",
            at=int(anna.clock.now()),
            previous=anna.head,
        )
        old = sign_record(withdrawal, anna.device.signer)
        await anna.http.post_withdrawal(old)
        anna.head = old.hash
        await anna.agree("utility")
        with pytest.raises(RelayRefused) as refused:
            await anna.http.post_withdrawal(old)
        assert refused.value.status == 409
        _, answer = await house.send_departure(house.contact_of(anna).wa_id, "1", "2", "3")
        await house.receiver.status(answer["messages"][0]["id"], "delivered")
