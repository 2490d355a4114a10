"""A message each way, with every status, through a real relay."""

from __future__ import annotations

from typing import Any

from handschlag.content.message_id import parse_message_id
from tests.gateway.house import House


class TestInbound:
    async def test_what_a_customer_writes_arrives_as_a_webhook_with_contact_and_user_id(self, house: House) -> None:
        anna = await house.customer("Anna Müller", "+4915112345678")
        wamid = anna.write("Wann geht mein Flug? 🛫")
        post = await house.receiver.until(
            lambda: next((p for p in house.receiver.posts if wamid.encode() in p.body), None)
        )
        change: dict[str, Any] = post.changes[0]
        assert change["field"] == "messages"
        value = change["value"]
        assert value["metadata"] == {
            "display_phone_number": "49301234567",
            "phone_number_id": house.company.phone_number_id,
        }
        contact = value["contacts"][0]
        assert contact["profile"]["name"] == "Anna Müller"
        assert contact["wa_id"] == "4915112345678"
        assert contact["user_id"].startswith("DE.")
        message = value["messages"][0]
        assert message["from"] == "4915112345678"
        assert message["from_user_id"] == contact["user_id"]
        assert message["type"] == "text"
        assert message["text"] == {"body": "Wann geht mein Flug? 🛫"}
        assert message["timestamp"].isdigit()

    async def test_a_customer_without_a_number_has_a_stable_pseudo_number(self, house: House) -> None:
        anna = await house.customer("Anna")
        wa_id = house.receiver.messages[0]["from"]
        assert wa_id.startswith("999")
        assert len(wa_id) == 15
        await house.send_text(wa_id, "Guten Tag")
        await anna.text("Guten Tag")

    async def test_a_number_without_attestation_addresses_nobody(self, house: House) -> None:
        anna = await house.customer("Anna")
        other = await house.customer("Eve", "+4915199999999")
        assert house.contact_of(other).wa_id == "4915199999999"
        assert house.contact_of(anna).number is None

    async def test_the_latest_attestation_of_a_number_wins(self, house: House) -> None:
        first = await house.customer("Old", "+4915112345678")
        house.clock.advance(60)
        second = await house.customer("New", "+4915112345678")
        assert house.contact_of(first).wa_id.startswith("999")
        await house.send_text("+49 151 12345678", "für die Neue")
        await second.text("für die Neue")
        assert first.texts == []

    async def test_an_answer_to_our_message_names_it_in_its_context(self, house: House) -> None:
        anna = await house.customer()
        wamid = await house.send_text(house.contact_of(anna).wa_id, "Fenster oder Gang?")
        await anna.text("Fenster oder Gang?")
        reply = anna.write("Fenster", answering=wamid)
        await house.receiver.message(reply)
        message = next(m for m in house.receiver.messages if m["id"] == reply)
        assert message["context"] == {"from": "49301234567", "id": wamid}


class TestOutbound:
    async def test_a_text_reaches_the_customer_and_its_statuses_reach_the_webhook_in_order(self, house: House) -> None:
        anna = await house.customer("Anna", "+4915112345678")
        wamid = await house.send_text("+49 (151) 123-45678", "Gate A7", biz_opaque_callback_data="order-7")
        opened = await anna.text("Gate A7")
        await house.receiver.status(wamid, "delivered")
        anna.read(opened.header.id)
        read = await house.receiver.status(wamid, "read")
        assert house.receiver.statuses_of(wamid) == ["sent", "delivered", "read"]
        assert read["recipient_id"] == "4915112345678"
        assert read["recipient_user_id"] == house.contact_of(anna).user_id
        assert read["biz_opaque_callback_data"] == "order-7"
        sent = await house.receiver.status(wamid, "sent")
        assert sent["pricing"]["pricing_model"] == "PMP"
        assert sent["pricing"]["category"] == "service"
        assert sent["pricing"]["billable"] is False
        for change in (c for c in house.receiver.changes if c["field"] == "messages"):
            assert change["value"]["contacts"][0]["user_id"]

    async def test_a_customer_is_addressed_by_business_scoped_id_too(self, house: House) -> None:
        anna = await house.customer()
        user_id = house.contact_of(anna).user_id
        status, answer = await house.post({"recipient": user_id, "type": "text", "text": {"body": "per id"}})
        assert status == 200
        assert answer["contacts"] == [{"input": user_id, "user_id": user_id}]
        await anna.text("per id")

    async def test_a_template_is_shown_by_a_reader_who_checks_everything(self, house: House) -> None:
        anna = await house.customer()
        status, answer = await house.send_departure(house.contact_of(anna).wa_id, "MW 12", "10:40", "A7")
        assert status == 200
        assert answer["messages"][0]["message_status"] == "accepted"
        await house.receiver.status(answer["messages"][0]["id"], "delivered")
        opened = next(o for o in anna.opened if o.kind == "template")
        assert await anna.rendered(opened) == "Flug MW 12 startet um 10:40 Uhr am Gate A7."

    async def test_marking_as_read_tells_the_customer_about_all_messages_before_too(self, house: House) -> None:
        anna = await house.customer()
        first = anna.write("eins")
        second = anna.write("zwei")
        await house.receiver.message(second)
        status, answer = await house.post(
            {"status": "read", "message_id": second, "typing_indicator": {"type": "text"}}
        )
        assert (status, answer) == (200, {"success": True})
        await anna.until(lambda: len([o for o in anna.opened if o.kind == "receipt"]) == 2)
        receipt = next(o for o in anna.opened if o.kind == "receipt").content
        assert {parse_message_id(first), parse_message_id(second)} <= set(receipt.read)  # type: ignore[union-attr]
