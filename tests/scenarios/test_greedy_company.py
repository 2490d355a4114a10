"""A company that wants more than it may: stopped by its own gateway, by the relay, and at last by the customer's device."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from handschlag.device.outcomes import Opened
from handschlag.device.sealing import HeaderDraft
from handschlag.device.showing import TemplateWithheld
from handschlag.gateway.actions.messages.seal_message import seal_or_wait
from handschlag.gateway.actions.templates.add_template import TemplateDraft, add_template
from handschlag.wire.canonical import to_base64
from handschlag.wire.commitment import SALT_BYTES, commit
from handschlag.wire.envelope import Category, Kind
from handschlag.wire.ids import EnvelopeId
from tests.gateway.customer import Customer
from tests.gateway.house import House
from tests.support.waiting import until

SALE = TemplateDraft(
    name="sale", language="de", category="MARKETING", components=[{"type": "BODY", "text": "Nur heute: {{1}} Rabatt!"}]
)


@pytest.fixture
async def house(house: House) -> House:
    await add_template(house.gateway.configuration, house.company, SALE)
    await house.gateway.settled()
    await house.restart_gateway(refusals="answer")
    return house


async def refused(house: House, message: dict[str, Any]) -> int:
    status, answer = await house.post(message)
    assert status == 400, answer
    return int(answer["error"]["code"])


def text_for(house: House, customer: Customer, body: str = "Na, wie wär's?") -> dict[str, Any]:
    return {"to": house.contact_of(customer).wa_id, "text": {"body": body}}


def template_for(house: House, customer: Customer, name: str, *parameters: str) -> dict[str, Any]:
    values = [{"type": "text", "text": text} for text in parameters]
    template = {
        "name": name,
        "language": {"code": "de"},
        "components": [{"type": "body", "parameters": values}] if values else [],
    }
    return {"to": house.contact_of(customer).wa_id, "type": "template", "template": template}


class TestWithAnHonestGateway:
    async def test_free_text_passes_within_24_hours_and_not_after(self, house: House) -> None:
        anna = await house.customer()
        await house.send_text(house.contact_of(anna).wa_id, "rechtzeitig")
        house.clock.advance(24 * 3600 + 1)
        assert await refused(house, text_for(house, anna)) == 131047

    async def test_each_category_needs_its_own_grant(self, house: House) -> None:
        anna = await house.customer(agrees=False)
        departure, sale = (
            template_for(house, anna, "departure", "1", "2", "3"),
            template_for(house, anna, "sale", "20 %"),
        )
        assert await refused(house, departure) == 131026
        assert await refused(house, sale) == 131050
        await anna.agree("utility")
        assert (await house.post(departure))[0] == 200
        assert await refused(house, sale) == 131050
        await anna.agree("marketing")
        assert (await house.post(sale))[0] == 200
        assert await refused(house, departure) == 131026

    async def test_a_withdrawal_ends_notifications_at_once_and_leaves_the_answer_window(self, house: House) -> None:
        anna = await house.customer()
        await anna.agree("utility", "marketing")
        await anna.withdraw()
        assert await refused(house, template_for(house, anna, "departure", "1", "2", "3")) == 131026
        assert await refused(house, template_for(house, anna, "sale", "20 %")) == 131050
        await house.send_text(house.contact_of(anna).wa_id, "Schade.")
        await anna.text("Schade.")

    async def test_a_block_ends_everything_and_is_not_shown_as_one(self, house: House) -> None:
        anna = await house.customer()
        await anna.http.block(house.company.account)
        stranger = {"to": "4915100000000", "text": {"body": "Hallo?"}}
        assert await refused(house, text_for(house, anna)) == await refused(house, stranger) == 131026
        assert await refused(house, template_for(house, anna, "departure", "1", "2", "3")) == 131026
        assert await refused(house, template_for(house, anna, "sale", "20 %")) == 131050
        house.clock.advance(24 * 3600 + 1)
        assert await refused(house, text_for(house, anna)) == 131047
        assert anna.opened == []

    async def test_a_block_is_not_told_though_it_withdraws_what_was_agreed_to(self, house: House) -> None:
        anna = await house.customer()
        await anna.agree("utility", "marketing")
        told = "user_preferences"
        await house.receiver.until(lambda: [change for change in house.receiver.changes if change["field"] == told])
        await anna.http.block(house.company.account)
        assert await refused(house, template_for(house, anna, "sale", "20 %")) == 131050
        await house.receiver.message((await house.customer("Eve")).write("danach"))
        assert len([change for change in house.receiver.changes if change["field"] == told]) == 1

    @pytest.mark.parametrize("parameter", ["https://shop.example/sale", "www.shop.example", "shop.example/sale"])
    async def test_advertising_behind_an_address_in_a_parameter_is_refused(self, house: House, parameter: str) -> None:
        anna = await house.customer()
        assert await refused(house, template_for(house, anna, "departure", parameter, "2", "3")) == 132007

    async def test_the_cap_of_its_own_offer_holds(self, house: House) -> None:
        anna = await house.customer()
        for number in range(100):
            assert (await house.post(template_for(house, anna, "departure", str(number), "2", "3")))[0] == 200
        assert await refused(house, template_for(house, anna, "departure", "100", "2", "3")) == 131049


class TestWithAChangedGateway:
    """The gateway's own checks are left out here: what remains are the relay's and the device's."""

    @staticmethod
    def seal(
        house: House, customer: Customer, kind: Kind, body: dict[str, Any], category: Category | None = None
    ) -> EnvelopeId:
        """Send any body under any header."""
        running = house.gateway.running
        company, now = running.companies[house.company.id], running.clock.now()
        text = json.dumps(body).encode()
        salt = None if category is None else to_base64(os.urandom(SALT_BYTES))
        draft = HeaderDraft(
            id=company.ids.next(now),
            to=customer.account,
            kind=kind,
            sent_at=int(now),
            category=category,
            commitment=None if salt is None else commit(salt, text),
        )
        seal_or_wait(running, company, draft, text, salt=salt)
        return draft.id

    @staticmethod
    def template(house: House, name: str, *parameters: str) -> dict[str, Any]:
        company = house.gateway.running.companies[house.company.id]
        ready = company.templates[name, "de"]
        assert ready.approval is not None
        approval = {"record": ready.approval.record, "key": ready.approval.key, "signature": ready.approval.signature}
        values = [{"type": "text", "text": text} for text in parameters]
        return {
            "template": ready.row.hash,
            "approval": approval,
            "components": [{"type": "body", "parameters": values}],
        }

    async def withheld(self, anna: Customer, id_: EnvelopeId) -> str:
        """Return which of the reader's checks does not hold."""
        opened: Opened = await anna.until(lambda: next((o for o in anna.opened if o.header.id == id_), None))
        with pytest.raises(TemplateWithheld) as caught:
            await anna.rendered(opened)
        return caught.value.check

    async def test_a_template_as_it_was_approved_is_shown(self, house: House) -> None:
        anna = await house.customer()
        id_ = self.seal(house, anna, "template", self.template(house, "departure", "1", "2", "3"), "utility")
        opened = await anna.until(lambda: next((o for o in anna.opened if o.header.id == id_), None))
        assert await anna.rendered(opened) == "Flug 1 startet um 2 Uhr am Gate 3."

    async def test_advertising_declared_as_utility_is_withheld(self, house: House) -> None:
        anna = await house.customer()
        id_ = self.seal(house, anna, "template", self.template(house, "sale", "20 %"), "utility")
        assert await self.withheld(anna, id_) == "approval"

    async def test_an_address_in_a_parameter_is_withheld(self, house: House) -> None:
        anna = await house.customer()
        body = self.template(house, "departure", "https://shop.example/sale", "2", "3")
        assert await self.withheld(anna, self.seal(house, anna, "template", body, "utility")) == "parameters"

    @pytest.mark.parametrize(("kind", "category"), [("template", "utility"), ("receipt", None)])
    async def test_free_text_under_the_header_of_something_else_is_not_opened(
        self, house: House, kind: Kind, category: Category | None
    ) -> None:
        anna = await house.customer()
        id_ = self.seal(house, anna, kind, {"type": "text", "text": {"body": "Nur heute!"}}, category)
        unopened = await anna.until(lambda: next((u for u in anna.unopened if u.header and u.header.id == id_), None))
        assert unopened.reason == "refused"
        assert anna.texts == []

    @pytest.mark.parametrize("hours", [25, 24 * 40])
    async def test_free_text_and_receipts_out_of_time_stop_at_the_relay(self, house: House, hours: int) -> None:
        anna = await house.customer(agrees=False)
        house.clock.advance(hours * 3600)
        text = self.seal(house, anna, "service", {"type": "text", "text": {"body": "Huhu!"}})
        receipt = self.seal(house, anna, "receipt", {"typing": True})
        company = house.gateway.running.companies[house.company.id]
        await until(lambda: {(text, 0), (receipt, 0)}.isdisjoint(company.unanswered))
        # Something that may come shows that nothing else was on its way before it.
        anna.write("Ja?")
        await house.receiver.until(lambda: any(m["text"]["body"] == "Ja?" for m in house.receiver.messages))
        await house.send_text(house.contact_of(anna).wa_id, "Antwort")
        await anna.text("Antwort")
        assert anna.texts == ["Antwort"]
        assert (receipt in {o.header.id for o in anna.opened}) == (hours < 24 * 30)
