"""Too much at once, from programs, customers and companies: told when to come again, and nothing accepted is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from handschlag.relay.actions.envelopes import accept_envelopes
from tests.gateway.house import House
from tests.support.waiting import until


async def post(house: House, to: str, body: str) -> tuple[int, Any, Any]:
    path = f"/v23.0/{house.company.phone_number_id}/messages"
    message = {"messaging_product": "whatsapp", "to": to, "text": {"body": body}}
    return await house.call("POST", path, json=message)


class TestPrograms:
    async def test_a_flood_above_the_throughput_is_told_when_to_come_again(self, house: House) -> None:
        await house.restart_gateway(messages_per_second=50)
        anna = await house.customer()
        wa_id = house.contact_of(anna).wa_id
        answers = await asyncio.gather(*(post(house, wa_id, str(number)) for number in range(200)))
        accepted = [number for number, (status, _, _) in enumerate(answers) if status == 200]
        refused = [(s, a["error"]["code"], int(h["Retry-After"])) for s, a, h in answers if s != 200]
        assert 50 <= len(accepted) < 200
        assert set(refused) == {(400, 130429, 1)}
        house.clock.advance(1)
        status, _, _ = await post(house, wa_id, "später")
        assert status == 200
        await anna.text("später")
        assert sorted(map(int, anna.texts[:-1])) == accepted

    async def test_a_program_that_outruns_the_relay_is_stopped_before_the_outbox_grows_without_end(
        self, house: House
    ) -> None:
        await house.restart_gateway(outbox_limit=30)
        anna = await house.customer()
        wa_id, port = house.contact_of(anna).wa_id, house.relay.port
        await house.relay.stop()
        answers = [await post(house, wa_id, str(number)) for number in range(40)]
        assert [status for status, _, _ in answers] == [200] * 30 + [400] * 10
        assert {(a["error"]["code"], h["Retry-After"]) for _, a, h in answers[30:]} == {(130429, "5")}
        house.restart_relay(port)
        await house.relay.start()
        await anna.text("29")
        assert anna.texts == [str(number) for number in range(30)]
        for _, answer, _ in answers[:30]:
            await house.receiver.status(answer["messages"][0]["id"], "delivered")
        status, _, _ = await post(house, wa_id, "weiter")
        assert status == 200

    async def test_programs_without_a_token_do_not_hold_up_the_others(self, house: House) -> None:
        anna = await house.customer()
        path = f"/v23.0/{house.company.phone_number_id}/messages"
        strangers = [
            asyncio.create_task(house.call("POST", path, json={}, headers={"Authorization": f"Bearer EAA{number}"}))
            for number in range(300)
        ]
        await house.send_text(house.contact_of(anna).wa_id, "trotzdem")
        await anna.text("trotzdem")
        assert {(status, a["error"]["code"]) for status, a, _ in await asyncio.gather(*strangers)} == {(401, 190)}


class TestCustomers:
    async def test_a_customer_who_floods_is_limited_and_the_others_are_not(self, house: House) -> None:
        bert, mallory = await house.customer("Bert"), await house.customer("Mallory")
        mallory.results.clear()
        began = house.clock.now()
        for number in range(400):
            mallory.write(f"Flut {number}")
        # In the middle of it.
        hello = bert.write("Ich komme durch.")
        await house.receiver.message(hello)
        await mallory.until(lambda: len(mallory.results) == 400)
        refused = [r.refusal for r in mallory.results if r.refusal is not None]
        assert {refusal.code for refusal in refused} == {"rate_limited"}
        assert all(refusal.retry_after > 0 for refusal in refused)
        accepted = 400 - len(refused)
        # A minute's worth at once, less introduction and first message, and as much again each minute.
        minute = house.relay.settings.customer_envelopes_per_minute
        assert minute - 2 <= accepted <= minute + (house.clock.now() - began) * minute / 60
        await house.receiver.until(lambda: said_by(house, "Flut") == accepted)
        house.clock.advance(60)
        await house.receiver.message(mallory.write("Entschuldigung."))
        assert said_by(house, "Flut") == accepted


def said_by(house: House, start: str) -> int:
    return sum(m["text"]["body"].startswith(start) for m in house.receiver.messages)


class TestCompanies:
    async def test_a_company_that_floods_one_customer_waits_for_them_and_reaches_the_others(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        anna, bert = await house.customer("Anna"), await house.customer("Bert")
        monkeypatch.setattr(accept_envelopes, "MAILBOX_EVENTS", 50)
        await anna.disconnect()
        to_anna, to_bert = house.contact_of(anna).wa_id, house.contact_of(bert).wa_id
        wamids = [await house.send_text(to_anna, str(number)) for number in range(120)]
        await house.send_text(to_bert, "Nur für dich.")
        await bert.text("Nur für dich.")
        company = house.gateway.running.companies[house.company.id]
        await until(lambda: len(company.unanswered) == 70)
        # There is room again, and what is written now must not be there before what waited.
        monkeypatch.undo()
        wamids.append(await house.send_text(to_anna, "120"))
        await anna.connect()
        for wamid in wamids:
            await house.receiver.status(wamid, "delivered")
        assert anna.texts == [str(number) for number in range(121)]

    async def test_a_company_above_its_rate_loses_nothing(self, house: House) -> None:
        anna = await house.customer()
        limit = house.relay.context.limits.company_envelopes
        limit._rate, limit._burst = 50.0, 50.0
        limit._buckets.clear()
        wamids = [await house.send_text(house.contact_of(anna).wa_id, str(number)) for number in range(150)]
        for wamid in wamids:
            await house.receiver.status(wamid, "delivered")
        # What was under way when the relay first refused may be a step ahead.
        assert sorted(map(int, anna.texts)) == list(range(150))
        assert anna.unopened == []
