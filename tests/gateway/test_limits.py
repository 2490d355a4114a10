"""What is limited at the door: a token's life and permissions, messages a second and to one customer, calls an hour."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest

from handschlag.gateway.actions.companies.create_token import create_token, revoke_tokens
from handschlag.gateway.rules import pair_rate
from handschlag.gateway.rules.pair_rate import PairRate
from handschlag.gateway.settings import GatewaySettings
from tests.gateway.house import House

TEXT = {"messaging_product": "whatsapp", "to": "+49 151 000", "type": "text", "text": {"body": "hi"}}


async def test_an_expired_token_is_refused(house: House) -> None:

    token = await create_token(house.gateway.configuration, house.company.app_id, seconds=60)
    headers = {"Authorization": f"Bearer {token}"}
    path = f"/{house.company.phone_number_id}/messages"
    assert (await house.call("POST", path, json=TEXT, headers=headers))[0] == 200
    house.clock.advance(61)
    status, answer, _ = await house.call("POST", path, json=TEXT, headers=headers)
    assert (status, answer["error"]["code"]) == (401, 190)


async def test_a_revoked_token_ends_within_half_a_minute(house: House) -> None:

    path = f"/{house.company.phone_number_id}/messages"
    assert (await house.call("POST", path, json=TEXT))[0] == 200
    await revoke_tokens(house.gateway.configuration, house.company.app_id)
    house.clock.advance(31)
    assert (await house.call("POST", path, json=TEXT))[0] == 401


async def test_more_than_the_throughput_is_told_when_to_come_again(house: House) -> None:
    await house.restart_gateway(messages_per_second=5)
    answers = [await house.call("POST", f"/{house.company.phone_number_id}/messages", json=TEXT) for _ in range(6)]
    status, answer, headers = answers[-1]
    assert [a[0] for a in answers[:5]] == [200] * 5
    assert (status, answer["error"]["code"]) == (400, 130429)
    assert headers["Retry-After"] == "1"
    house.clock.advance(1.1)
    assert (await house.post(TEXT))[0] == 200


class TestPairRate:
    def test_by_default_it_is_45_and_then_one_every_six_seconds(self) -> None:
        defaults = {name: field.default for name, field in GatewaySettings.model_fields.items()}
        assert (defaults["pair_burst"], defaults["pair_seconds"]) == (45, 6.0)

    async def test_a_burst_of_45_then_one_each_interval(self, house: House) -> None:
        # Long intervals: a busy machine takes its time for 45 messages.
        await house.restart_gateway(pair_burst=45, pair_seconds=600)
        statuses = [(await house.post(TEXT))[0] for _ in range(45)]
        assert statuses == [200] * 45
        status, answer, headers = await house.call("POST", f"/{house.company.phone_number_id}/messages", json=TEXT)
        assert (status, answer["error"]["code"], answer["error"]["is_transient"]) == (400, 131056, True)
        assert 500 < int(headers["Retry-After"]) <= 600
        # Somebody else is not concerned.
        assert (await house.post({**TEXT, "to": "4915200000"}))[0] == 200
        house.clock.advance(600)
        assert [(await house.post(TEXT))[0] for _ in range(2)] == [200, 400]

    def test_only_pairs_in_use_are_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pair_rate, "_MOST_PAIRS", 10)
        pairs = PairRate()
        for second in range(1000):
            assert pairs.take(f"customer {second}", float(second), burst=45, seconds=6.0) == 0
        assert len(pairs._full_at) <= 10

    def test_a_bucket_fills_up_again_and_no_further(self) -> None:
        pairs = PairRate()
        for _ in range(45):
            assert pairs.take("anna", 0.0, burst=45, seconds=6.0) == 0
        assert pairs.take("anna", 3.0, burst=45, seconds=6.0) == pytest.approx(3.0)
        taken = sum(pairs.take("anna", 100_000.0, burst=45, seconds=6.0) == 0 for _ in range(100))
        assert taken == 45


class TestManagementCalls:
    async def test_an_hour_has_so_many_calls_and_sending_is_not_one(self, house: House) -> None:
        await house.restart_gateway(management_calls_per_hour=4)
        # On the hour, so that all of it lies before us.
        house.clock.advance(3600 - house.clock.now() % 3600)
        path = f"/{house.company.phone_number_id}/whatsapp_business_profile"
        for used in (25, 50, 75, 100):
            status, _, headers = await house.call("GET", path)
            assert status == 200
            assert json.loads(headers["x-app-usage"])["call_count"] == used
            assert json.loads(headers["x-business-use-case-usage"])[house.company.app_id][0]["call_count"] == used
        status, answer, headers = await house.call("GET", path)
        assert (status, answer["error"]["code"]) == (400, 80007)
        assert 3500 < int(headers["Retry-After"]) <= 3600
        assert (await house.call("GET", f"/{house.company.app_id}/subscriptions"))[1]["error"]["code"] == 4
        assert (await house.post(TEXT))[0] == 200
        assert (await house.call("GET", f"/{house.company.phone_number_id}"))[0] == 200
        house.clock.advance(3600)
        assert (await house.call("GET", path))[0] == 200


class TestPermissions:
    async def test_a_token_may_be_good_for_one_thing_only(self, house: House) -> None:
        configuration, app = house.gateway.configuration, house.company.app_id
        sends = await create_token(configuration, app, scopes=["whatsapp_business_messaging"])
        manages = await create_token(configuration, app, scopes=["whatsapp_business_management"])
        number, account = house.company.phone_number_id, house.company.waba_id

        async def answer(token: str, method: str, path: str, **request: Any) -> tuple[int, int]:
            headers = {"Authorization": f"Bearer {token}"}
            status, body, _ = await house.call(method, path, headers=headers, **request)
            return status, body.get("error", {}).get("code", 0)

        assert await answer(sends, "POST", f"/{number}/messages", json=TEXT) == (200, 0)
        assert await answer(sends, "GET", f"/{account}/message_templates") == (403, 200)
        assert await answer(manages, "POST", f"/{number}/messages", json=TEXT) == (403, 10)
        assert await answer(manages, "GET", f"/{account}/message_templates") == (200, 0)
        assert await answer(sends, "GET", f"/{number}") == (200, 0)
        _, debugged, _ = await house.call("GET", f"/debug_token?input_token={sends}")
        assert debugged["data"]["scopes"] == ["whatsapp_business_messaging"]

    async def test_a_proof_is_checked_when_it_is_given(self, house: House) -> None:
        secret = house.gateway.configuration.data_key.open(house.company.app_secret, "app_secret")
        proof = hmac.digest(secret, house.token.encode(), "sha256").hex()
        path = f"/{house.company.phone_number_id}?appsecret_proof="
        assert (await house.call("GET", path + proof))[0] == 200
        status, answer, _ = await house.call("GET", path + "0" * 64)
        assert (status, answer["error"]["code"]) == (401, 190)

    async def test_a_code_nobody_gave_out_buys_no_token(self, house: House) -> None:
        query = {"client_id": house.company.app_id, "client_secret": "x", "code": "AQD"}
        status, answer, _ = await house.call("GET", "/oauth/access_token", params=query, headers={})
        assert (status, answer["error"]["code"]) == (400, 100)
