"""What happens to messages the relay does not deliver, or the gateway does not send."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from handschlag.wire.consent import Grant
from handschlag.wire.frames import Note
from handschlag.wire.signed import SigningKey, sign_record
from tests.gateway.house import House


async def failure(house: House, wamid: str) -> dict[str, Any]:
    status = await house.receiver.status(wamid, "failed")
    error: dict[str, Any] = status["errors"][0]
    return error


class TestByWebhook:
    async def test_free_text_after_24_hours_is_accepted_and_fails_with_131047(self, house: House) -> None:
        anna = await house.customer()
        house.clock.advance(24 * 3600 + 1)
        wamid = await house.send_text(house.contact_of(anna).wa_id, "zu spät")
        error = await failure(house, wamid)
        assert error["code"] == 131047
        assert error["title"] == "Re-engagement message"
        assert "24 hours" in error["error_data"]["details"]
        assert house.receiver.statuses_of(wamid) == ["failed"]
        assert anna.texts == []

    async def test_a_template_without_the_grant_it_needs_fails_with_131026(self, house: House) -> None:
        anna = await house.customer(agrees=False)
        _, answer = await house.send_departure(house.contact_of(anna).wa_id, "1", "2", "3")
        assert (await failure(house, answer["messages"][0]["id"]))["code"] == 131026

    async def test_an_unknown_recipient_looks_like_one_who_cannot_be_reached(self, house: House) -> None:
        anna = await house.customer(agrees=False)
        _, refused = await house.send_departure(house.contact_of(anna).wa_id, "1", "2", "3")
        _, unknown = await house.send_departure("4915100000000", "1", "2", "3")
        first = await house.receiver.status(refused["messages"][0]["id"], "failed")
        second = await house.receiver.status(unknown["messages"][0]["id"], "failed")
        assert first["errors"] == second["errors"]
        assert first.keys() == second.keys()
        contacts = [
            change["value"]["contacts"][0]
            for change in house.receiver.changes
            if change["value"].get("statuses", [{}])[0].get("status") == "failed"
        ]
        assert all(set(contact) == {"profile", "wa_id", "user_id"} for contact in contacts)

    async def test_an_unknown_user_id_fails_the_same_way(self, house: House) -> None:
        _, answer = await house.post({"recipient": "DE.12345", "text": {"body": "x"}})
        status = await house.receiver.status(answer["messages"][0]["id"], "failed")
        assert status["errors"][0]["code"] == 131026
        assert status["recipient_user_id"] == "DE.12345"


class TestByAnswer:
    @pytest.fixture
    async def answering(self, house: House) -> House:
        await house.restart_gateway(refusals="answer")
        return house

    async def test_the_relays_refusal_is_the_answer_and_no_webhook(self, answering: House) -> None:
        anna = await answering.customer()
        wa_id = answering.contact_of(anna).wa_id
        sent = await answering.send_text(wa_id, "rechtzeitig")
        answering.clock.advance(24 * 3600 + 1)
        status, answer = await answering.post({"to": wa_id, "text": {"body": "zu spät"}})
        assert (status, answer["error"]["code"]) == (400, 131047)
        await answering.receiver.status(sent, "delivered")
        assert not [s for s in answering.receiver.statuses if s["status"] == "failed"]

    async def test_an_unknown_recipient_is_answered_131026(self, answering: House) -> None:
        status, answer = await answering.post({"to": "4915100000000", "text": {"body": "x"}})
        assert (status, answer["error"]["code"]) == (400, 131026)

    async def test_a_relay_that_is_away_delays_the_answer_only_so_long(self, answering: House) -> None:
        anna = await answering.customer()
        wa_id = answering.contact_of(anna).wa_id
        await answering.relay.stop()
        await answering.restart_gateway(answer_seconds=0.2)
        status, answer = await answering.post({"to": wa_id, "text": {"body": "später"}})
        assert status == 200, answer


PICTURE = {"link": "https://example.com/gate.png"}


class TestTemplateChecks:
    @pytest.mark.parametrize(
        ("template", "status", "code"),
        [
            ({"name": "nothing", "language": {"code": "de"}}, 404, 132001),
            ({"name": "departure", "language": {"code": "fr"}}, 404, 132001),
            ({"name": "departure", "language": {"code": "de"}}, 400, 132000),
            ({"name": "departure", "language": {"code": "de"}, "parameters": ["a", "b"]}, 400, 132000),
            ({"name": "departure", "language": {"code": "de"}, "parameters": ["a\nb", "b", "c"]}, 400, 132007),
            ({"name": "departure", "language": {"code": "de"}, "parameters": ["a    b", "b", "c"]}, 400, 132007),
            ({"name": "departure", "language": {"code": "de"}, "parameters": ["x" * 1100, "b", "c"]}, 400, 132005),
            (
                {"name": "departure", "language": {"code": "de"}, "kind": "image", "parameters": [PICTURE] * 3},
                400,
                132012,
            ),
            ({"name": "departure", "language": {"code": "de"}, "kind": "image", "parameters": ["a"]}, 400, 100),
        ],
    )
    async def test_a_template_that_does_not_fit_is_refused_at_once(
        self, house: House, template: dict[str, Any], status: int, code: int
    ) -> None:
        values = template.pop("parameters", [])
        kind = template.pop("kind", "text")
        if values:
            template["components"] = [{"type": "BODY", "parameters": [{"type": kind, kind: v} for v in values]}]
        got, answer = await house.post({"to": "4915100000", "type": "template", "template": template})
        assert (got, answer["error"]["code"]) == (status, code), answer

    async def test_hello_world_is_there_from_the_start(self, house: House) -> None:
        anna = await house.customer()
        template = {"name": "hello_world", "language": {"code": "en_US", "policy": "deterministic"}, "components": []}
        status, answer = await house.post(
            {"to": house.contact_of(anna).wa_id, "type": "template", "template": template, "context": None}
        )
        assert status == 200, answer
        await house.receiver.status(answer["messages"][0]["id"], "delivered")
        opened = next(o for o in anna.opened if o.kind == "template")
        assert (await anna.rendered(opened)).startswith("Welcome")

    async def test_an_approval_that_ended_is_renewed_before_it_is_sent(self, house: House) -> None:
        anna = await house.customer()
        house.clock.advance(8 * 86_400)
        status, answer = await house.send_departure(house.contact_of(anna).wa_id, "MW 1", "9", "B2")
        assert status == 200, answer
        await house.receiver.status(answer["messages"][0]["id"], "delivered")
        opened = next(o for o in anna.opened if o.kind == "template")
        assert await anna.rendered(opened) == "Flug MW 1 startet um 9 Uhr am Gate B2."


class TestMarketing:
    async def test_a_grant_and_its_withdrawal_become_user_preferences(self, house: House) -> None:
        anna = await house.customer()
        await anna.agree("utility", "marketing")
        await anna.withdraw()

        def values() -> list[str]:
            return [
                preference["value"]
                for change in house.receiver.changes
                for preference in change["value"].get("user_preferences", [])
            ]

        await house.receiver.until(lambda: len(values()) == 2)
        assert values() == ["resume", "stop"]
        change = next(c for c in house.receiver.changes if c["field"] == "user_preferences")
        assert change["value"]["user_preferences"][0]["category"] == "marketing_messages"
        assert isinstance(change["value"]["user_preferences"][0]["timestamp"], int)

    async def test_a_grant_that_a_relay_invents_changes_nothing(self, house: House) -> None:
        anna = await house.customer()
        context = house.relay.context
        certified = (await context.directory.find_account(house.company.account)).certified  # type: ignore[union-attr]
        (mailbox,) = [row.id for row in certified.values()]
        forged = sign_record(
            Grant(
                id="forged",
                business=house.company.account,
                customer=anna.account,
                device=anna.device.device,
                offer="",
                notice="",
                language="de",
                purposes=["marketing"],
                origin="link",
                build="",
                at=int(house.clock.now()),
                expires_at=int(house.clock.now()) + 60,
                previous=None,
            ),
            SigningKey(b"r" * 32),
        )
        as_annas = msgspec.structs.replace(forged, key=f"ed25519:{anna.device.device}")
        now = house.clock.now()
        note = Note(what="grant", account=anna.account, at=now, record=as_annas)
        event = context.mailroom.put_note(mailbox, note, now)
        await context.store.flushed()
        context.mailroom.pushed([event])
        await house.receiver.message(anna.write("danach"))
        assert not house.contact_of(anna).marketing
