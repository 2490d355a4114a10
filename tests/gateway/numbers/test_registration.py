"""Registering a number: PIN, code, how often, and what a number that is not registered may do."""

from __future__ import annotations

from typing import Any

import pytest

from handschlag.gateway.actions.numbers.verify_number import code_file
from handschlag.gateway.rules import number_settings as rules
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = 86_400.0


async def post(house: House, edge: str, **request: Any) -> tuple[int, Any, Any]:
    return await house.call("POST", f"/v23.0/{house.company.phone_number_id}/{edge}", **request)


async def register(house: House, pin: object = "212834", **more: Any) -> tuple[int, int]:
    body = {"messaging_product": "whatsapp", "pin": pin, **more}
    status, answer, _ = await post(house, "register", json=body)
    return status, answer.get("error", {}).get("code", 0)


async def newest_code(house: House) -> str:
    running = house.gateway.running
    return code_file(running, running.companies[house.company.id]).read_text()


class TestRegister:
    async def test_a_deregistered_number_sends_nothing_until_it_is_registered_again(self, number: House) -> None:
        assert (await register(number, data_localization_region="DE"))[0] == 200
        assert (await post(number, "deregister"))[1] == {"success": True}
        status, answer = await number.post({"to": "4915100000", "type": "text", "text": {"body": "hi"}})
        assert (status, answer["error"]["code"]) == (400, 133010)
        await number.restart_gateway()
        _, node, _ = await number.call("GET", f"/{number.company.phone_number_id}?fields=status,is_pin_enabled")
        assert (node["status"], node["is_pin_enabled"]) == ("DISCONNECTED", True)
        assert await register(number) == (200, 0)
        assert (await number.post({"to": "4915100000", "type": "text", "text": {"body": "hi"}}))[0] == 200

    async def test_another_pin_is_refused_slowed_down_and_locked_out(self, number: House) -> None:
        assert await register(number) == (200, 0)
        assert await register(number, "000000") == (400, 133005)
        assert await register(number, "000001") == (400, 133009)
        for guess in range(4):
            number.clock.advance(3)
            assert await register(number, f"00001{guess}") == (400, 133005)
        number.clock.advance(3)
        status, answer, headers = await post(number, "register", json={"pin": "212834"})
        assert (status, answer["error"]["code"]) == (400, 133008)
        assert int(headers["Retry-After"]) > 40_000
        number.clock.advance(12 * 3600)
        assert await register(number) == (200, 0)

    async def test_ten_registration_limit(self, number: House) -> None:
        for _ in range(10):
            assert await register(number) == (200, 0)
        assert await register(number) == (400, 133016)
        number.clock.advance(3 * DAY + 1)
        assert await register(number) == (200, 0)

    @pytest.mark.parametrize(("pin", "code"), [("12345", 100), ("12345a", 100), ("", 131008), (None, 131008)])
    async def test_a_pin_has_six_digits(self, number: House, pin: object, code: int) -> None:
        assert await register(number, pin) == (400, code)

    async def test_a_number_away_for_a_fortnight_has_to_be_verified_again(self, number: House) -> None:
        assert await register(number) == (200, 0)
        await post(number, "deregister")
        number.clock.advance(15 * DAY)
        assert await register(number) == (400, 133006)
        await post(number, "request_code", params={"code_method": "SMS", "language": "en_US"})
        assert (await post(number, "verify_code", json={"code": await newest_code(number)}))[0] == 200
        assert await register(number) == (200, 0)


class TestCode:
    @pytest.mark.parametrize("encoding", ["params", "data", "json"])
    async def test_a_code_is_asked_for_and_verified_in_any_encoding(self, number: House, encoding: str) -> None:
        asked = {"code_method": "VOICE", "language": "de_DE"}
        assert (await post(number, "request_code", **{encoding: asked}))[1] == {"success": True}
        code = await newest_code(number)
        assert (await post(number, "verify_code", **{encoding: {"code": code}}))[1] == {"success": True}
        # It is used up.
        assert (await post(number, "verify_code", **{encoding: {"code": code}}))[1]["error"]["code"] == 136025

    async def test_a_wrong_code_may_be_guessed_five_times(self, number: House) -> None:
        await post(number, "request_code", json={"code_method": "SMS", "language": "en"})
        code = await newest_code(number)
        wrong = "000000" if code != "000000" else "000001"
        for guess in range(5):
            _, answer, _ = await post(number, "verify_code", json={"code": wrong})
            assert f"guess {guess + 1} of 5" in answer["error"]["error_data"]["details"]
        status, answer, _ = await post(number, "verify_code", json={"code": code})
        assert (status, answer["error"]["code"]) == (400, 136025)

    async def test_codes_are_not_sent_without_end(self, number: House) -> None:
        answers = [await post(number, "request_code", json={"code_method": "SMS", "language": "en"}) for _ in range(6)]
        assert [status for status, _, _ in answers] == [200] * 5 + [400]
        assert "Retry-After" in answers[-1][2]

    @pytest.mark.parametrize(
        ("body", "field"),
        [({"language": "en"}, "code_method"), ({"code_method": "SMS"}, "language"), ({"code_method": "FAX"}, "FAX")],
    )
    async def test_what_is_missing_is_named(self, number: House, body: dict[str, str], field: str) -> None:
        status, answer, _ = await post(number, "request_code", json=body)
        assert status == 400
        assert field in answer["error"]["error_data"]["details"]

    async def test_a_code_ends_after_ten_minutes(self) -> None:
        settings = rules.note_code(rules.NumberSettings(), "hash", 1000.0)
        assert rules.check_code(settings, "hash", 1000.0 + rules.CODE_SECONDS)[1] is None
        assert rules.check_code(settings, "hash", 1001.0 + rules.CODE_SECONDS)[1] is not None


class TestPin:
    async def test_a_changed_pin_is_told_by_webhook(self, number: House) -> None:
        values = {
            "callback_url": number.receiver.url,
            "verify_token": number.receiver.verify_token,
            "fields": "messages,security",
        }
        await number.call("POST", f"/{number.company.app_id}/subscriptions", json=values)
        _, answer, _ = await number.call("POST", f"/{number.company.phone_number_id}", json={"pin": "150954"})
        assert answer == {"success": True}
        change = await number.receiver.until(
            lambda: next((c for c in number.receiver.changes if c["field"] == "security"), None)
        )
        assert change["value"]["event"] == "PIN_CHANGED"
        assert change["value"]["display_phone_number"]
        assert await register(number) == (400, 133005)

    async def test_another_display_name_is_taken_and_nothing_is_refused(self, number: House) -> None:
        path = f"/{number.company.phone_number_id}"
        assert (await number.call("POST", path, params={"new_display_name": "Möwe"}))[0] == 200
        _, node, _ = await number.call("GET", f"{path}?fields=new_name_status,new_display_name,verified_name")
        assert (node["new_name_status"], node["new_display_name"]) == ("PENDING_REVIEW", "Möwe")
        assert node["verified_name"] == "Möwe Air"
        status, answer, _ = await number.call("POST", path, json={})
        assert (status, answer["error"]["code"]) == (400, 131008)
