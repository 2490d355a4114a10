"""The number and its account as nodes: every field asked for, settings, greetings, keys, health, and honest refusals."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from handschlag.gateway.cloud_api.not_offered import METHODS_NOT_OFFERED, NOT_OFFERED
from handschlag.gateway.cloud_api.routes import ROUTES
from tests.gateway.house import House
from tests.gateway.numbers.conftest import company_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

PYWA_FIELDS = (
    "id,verified_name,display_phone_number,conversational_automation,status,quality_rating,quality_score,webhook_configuration,"
    "name_status,new_name_status,code_verification_status,account_mode,is_on_biz_app,is_official_business_account,"
    "is_pin_enabled,is_preverified_number,messaging_limit_tier,whatsapp_business_manager_messaging_limit,search_visibility,"
    "platform_type,throughput,eligibility_for_api_business_global_search,health_status,certificate,new_certificate,"
    "last_onboarded_time,username"
)


async def get(house: House, path: str) -> tuple[int, Any]:
    status, answer, _ = await house.call("GET", f"/v23.0/{path}")
    return status, answer


async def post(house: House, edge: str, **request: Any) -> tuple[int, Any]:
    status, answer, _ = await house.call("POST", f"/v23.0/{house.company.phone_number_id}{edge}", **request)
    return status, answer


def told(answer: Any) -> str:
    return str(answer["error"]["error_data"]["details"])


class TestNumber:
    async def test_every_field_a_client_asks_for_but_user_names(self, number: House) -> None:
        _, node = await get(number, f"{number.company.phone_number_id}?fields={PYWA_FIELDS}")
        assert set(PYWA_FIELDS.split(",")) - set(node) == {"username"}
        assert node["webhook_configuration"] == {"application": number.receiver.url}

    async def test_several_nodes_at_once(self, number: House) -> None:
        ids = [number.company.phone_number_id, number.company.waba_id]
        _, nodes = await get(number, f"?ids={','.join(ids)}&fields=id,currency")
        assert nodes == {ids[0]: {"id": ids[0]}, ids[1]: {"id": ids[1], "currency": "EUR"}}
        status, answer = await get(number, "?ids=" + ",".join(["1"] * 51))
        assert (status, told(answer)) == (400, "ids: got 51, at most 50")

    @pytest.mark.parametrize(
        ("filtering", "count"),
        [
            ([{"field": "account_mode", "operator": "EQUAL", "value": "LIVE"}], 1),
            ([{"field": "account_mode", "operator": "NOT_EQUAL", "value": "LIVE"}], 0),
            ([{"field": "status", "operator": "IN", "value": ["CONNECTED", "PENDING"]}], 1),
            ([{"field": "verified_name", "operator": "CONTAIN", "value": "möwe"}], 1),
        ],
    )
    async def test_numbers_are_filtered_and_sorted(self, number: House, filtering: Any, count: int) -> None:
        query = {"filtering": json.dumps(filtering), "sort": '["last_onboarded_time_descending"]'}
        _, answer, _ = await number.call("GET", f"/{number.company.waba_id}/phone_numbers", params=query)
        assert len(answer["data"]) == count

    @pytest.mark.parametrize("name", ["username", "connection_status"])
    async def test_what_a_number_does_not_take_says_why(self, number: House, name: str) -> None:
        status, answer = await post(number, "", json={name: "VISIBLE"})
        assert (status, answer["error"]["message"]) == (400, "(#100) Not offered by this gateway")
        assert told(answer).startswith(f"{name}: got 'VISIBLE', but ")

    async def test_nothing_makes_a_second_number(self, number: House) -> None:
        path = f"/{number.company.waba_id}/phone_numbers"
        status, answer, _ = await number.call("POST", path, json={"cc": "49", "phone_number": "151"})
        assert (status, answer["error"]["code"]) == (400, 100)
        assert "handschlag gateway enrol" in told(answer)


class TestSettings:
    async def test_the_identity_check_is_switched_and_kept(self, number: House) -> None:
        on = {"user_identity_change": {"enable_identity_key_check": True}}
        assert await post(number, "/settings", json=on) == (200, {"success": True})
        await number.restart_gateway()
        _, settings = await get(number, f"{number.company.phone_number_id}/settings")
        assert settings["user_identity_change"] == {"enable_identity_key_check": True}
        assert settings["calling"] == {"status": "DISABLED"}

    @pytest.mark.parametrize("name", ["calling", "storage_configuration", "payload_encryption"])
    async def test_what_cannot_be_set_says_why(self, number: House, name: str) -> None:
        status, answer = await post(number, "/settings", json={name: {"status": "ENABLED"}})
        assert (status, answer["error"]["code"]) == (400, 100)
        assert told(answer).startswith(f"{name}: got {{'status': 'ENABLED'}}")
        assert answer["error"]["message"] == "(#100) Not offered by this gateway"
        # What is off may be switched off.
        assert (await post(number, "/settings", json={name: {"status": "disabled"}}))[0] == 200

    @pytest.mark.parametrize("body", [{}, {"user_identity_change": {}}, {"user_identity_change": 5}])
    async def test_something_has_to_be_set(self, number: House, body: Any) -> None:
        status, answer = await post(number, "/settings", json=body)
        assert status == 400
        assert "user_identity_change" in told(answer)


class TestGreetings:
    VALUES: dict[str, Any] = {  # noqa: RUF012  never changed
        "enable_welcome_message": True,
        "prompts": ["Flug buchen"],
        "commands": [{"command_name": "tickets", "command_description": "Flüge buchen"}],
    }

    async def test_what_is_set_is_read_as_field_and_edge(self, number: House) -> None:
        assert await post(number, "/conversational_automation", json=self.VALUES) == (200, {"success": True})
        path = number.company.phone_number_id
        _, node = await get(number, f"{path}?fields=conversational_automation{{prompts}}")
        assert node == {"conversational_automation": {"prompts": ["Flug buchen"]}, "id": path}
        _, edge = await get(number, f"{path}/conversational_automation")
        assert edge["data"] == [{**self.VALUES, "id": path}]

    async def test_query_parameters_and_one_at_a_time(self, number: House) -> None:
        query = {"prompts": json.dumps(["a", "b"]), "enable_welcome_message": "false"}
        assert (await post(number, "/conversational_automation", params=query))[0] == 200
        await post(number, "/conversational_automation", params={"commands": "[]"})
        assert company_of(number).number.prompts == ["a", "b"]

    @pytest.mark.parametrize(
        ("body", "said"),
        [
            ({}, "enable_welcome_message"),
            ({"prompts": ["a"] * 5}, "prompts: got 5, at most 4"),
            ({"prompts": ["x" * 81]}, "prompts[0]: got 81 characters, at most 80"),
            ({"prompts": [1]}, "prompts[0]"),
            ({"commands": [{"command_name": "x", "command_description": "x"}] * 31}, "commands: got 31, at most 30"),
            ({"commands": [{"command_name": "x" * 33, "command_description": "x"}]}, "at most 32"),
            ({"commands": [{"command_name": "x", "command_description": "x" * 257}]}, "at most 256"),
            ({"commands": [{"command_name": "x", "command_description": "x"}] * 2}, "twice"),
            ({"commands": ["x"]}, "commands[0]"),
            ({"enable_welcome_message": "perhaps"}, "true or false"),
        ],
    )
    async def test_limits_are_named(self, number: House, body: Any, said: str) -> None:
        status, answer = await post(number, "/conversational_automation", json=body)
        assert status == 400
        assert said in told(answer)

    async def test_the_first_contact_is_greeted_once(self, number: House) -> None:
        await post(number, "/conversational_automation", json={"enable_welcome_message": True})
        carl = await number.customer_without_waiting()
        await carl.introduce("Carl")
        welcome = await number.receiver.until(
            lambda: next((m for m in number.receiver.messages if m["type"] == "request_welcome"), None)
        )
        assert welcome["from"] == number.contact_of(carl).wa_id
        await carl.introduce("Carl der Große")
        await number.receiver.message(carl.write("Moin"))
        assert sum(m["type"] == "request_welcome" for m in number.receiver.messages) == 1


def pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


class TestEncryptionKey:
    async def test_a_key_is_kept_from_json_and_multipart(self, number: House) -> None:
        path = f"{number.company.phone_number_id}/whatsapp_business_encryption"
        assert (await get(number, path))[1] == {"data": []}
        for encoding in ("json", "data"):
            key = pem(rsa.generate_private_key(65537, 2048))
            edge = "/whatsapp_business_encryption"
            assert await post(number, edge, **{encoding: {"business_public_key": key}}) == (200, {"success": True})
            kept = {"business_public_key": key, "business_public_key_signature_status": "VALID"}
            assert (await get(number, path))[1] == {"data": [kept]}

    @pytest.mark.parametrize(
        ("key", "said"),
        [
            ("", "business_public_key: got nothing"),
            ("nonsense", "expected a public key in PEM"),
            (pem(rsa.generate_private_key(65537, 1024)), "got RSA with 1024 bits"),
            (pem(ec.generate_private_key(ec.SECP256R1())), "expected RSA with 2048 bits"),
        ],
    )
    async def test_another_key_is_refused(self, number: House, key: str, said: str) -> None:
        status, answer = await post(number, "/whatsapp_business_encryption", json={"business_public_key": key})
        assert status == 400
        assert said in told(answer)


class TestHealth:
    async def test_it_looks_each_time(self, number: House) -> None:
        path = f"{number.company.phone_number_id}?fields=health_status"
        assert (await get(number, path))[1]["health_status"]["can_send_message"] == "AVAILABLE"
        await post(number, "/register", json={"pin": "212834"})
        await post(number, "/deregister")
        health = (await get(number, path))[1]["health_status"]
        (phone,) = [entity for entity in health["entities"] if entity["entity_type"] == "PHONE_NUMBER"]
        assert (health["can_send_message"], phone["errors"][0]["error_code"]) == ("BLOCKED", 133010)
        assert phone["errors"][0]["possible_solution"]
        account = (await get(number, f"{number.company.waba_id}?fields=health_status"))[1]["health_status"]
        assert account["can_send_message"] == "BLOCKED"

    async def test_a_template_that_is_not_approved_is_blocked(self, number: House) -> None:
        _, templates = await get(number, f"{number.company.waba_id}/message_templates?fields=id")
        path = f"{templates['data'][0]['id']}?fields=health_status"
        health = (await get(number, path))[1]["health_status"]
        assert health["can_send_message"] == "AVAILABLE"
        assert "MESSAGE_TEMPLATE" in {entity["entity_type"] for entity in health["entities"]}


class TestAccount:
    async def test_who_owns_it(self, number: House) -> None:
        row = number.company
        fields = "id,name,currency,owner_business_info,business_verification_status,is_enabled_for_insights"
        _, node = await get(number, f"{row.waba_id}?fields={fields}")
        assert node["owner_business_info"] == {"id": row.app_id, "name": row.name}
        _, owned = await get(number, f"{row.app_id}/owned_whatsapp_business_accounts")
        assert [one["id"] for one in owned["data"]] == [row.waba_id]
        assert (await get(number, "me?fields=id,name"))[1] == {"name": row.name, "id": row.app_id}
        assert (await get(number, "me/businesses"))[1]["data"] == [{"id": row.app_id, "name": row.name}]

    async def test_catalogues_stay_off(self, number: House) -> None:
        edge = "/whatsapp_commerce_settings"
        _, read = await get(number, f"{number.company.phone_number_id}{edge}")
        assert read["data"] == [
            {"is_cart_enabled": False, "is_catalog_visible": False, "id": number.company.phone_number_id}
        ]
        assert (await post(number, edge, params={"is_cart_enabled": "false"}))[0] == 200
        assert (await post(number, edge, params={"is_cart_enabled": "true"}))[1]["error"]["code"] == 100


class TestNotOffered:
    async def test_every_path_says_why(self, number: House) -> None:
        for pattern, why in NOT_OFFERED.items():
            path = "/".join(pattern).replace("{id}", number.company.phone_number_id).replace("{item}", "x")
            status, answer, _ = await number.call("POST", f"/v23.0/{path.replace('{name}', 'x')}", json={})
            assert (status, answer["error"]["code"]) == (400, 100), path
            assert why in answer["error"]["message"]

    async def test_no_offered_path_is_said_not_to_be(self) -> None:
        assert not NOT_OFFERED.keys() & ROUTES.keys()
        assert not [key for key in METHODS_NOT_OFFERED if key[1] in ROUTES.get(key[0], {})]


async def test_a_company_says_whether_it_may_be_found(number: House) -> None:
    for word, listed in (("VISIBLE", True), ("NON_VISIBLE", False)):
        assert await post(number, "", json={"search_visibility": word}) == (200, {"success": True})
        _, node = await get(number, f"{number.company.phone_number_id}?fields=search_visibility")
        assert node["search_visibility"] == word
        await number.gateway.settled()
        async with number.session.get(f"{number.relay.url}/v1/companies/{number.company.handle}") as answer:
            card = await answer.json()
        assert json.loads(card["profile"]["record"]).get("listed", False) is listed
    assert (await post(number, "", json={"search_visibility": "MAYBE"}))[0] == 400
