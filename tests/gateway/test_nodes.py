"""Reading numbers, accounts, templates and profiles, and changing subscriptions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handschlag.gateway.actions.companies.create_token import create_token
from handschlag.gateway.actions.templates.add_template import TemplateDraft, add_template
from handschlag.gateway.cloud_api.fields import Field, parse_field_tree, shape_fields
from tests.gateway.house import House
from tests.gateway.receiver import Receiver


class TestNodes:
    async def test_forty_unknown_fields_are_left_out(self, house: House) -> None:
        fields = ",".join(["id", "verified_name", *(f"unknown_{n}{{a,b}}" for n in range(40))])
        status, answer, _ = await house.call("GET", f"/{house.company.phone_number_id}?fields={fields}")
        assert (status, answer) == (200, {"id": house.company.phone_number_id, "verified_name": "Möwe Air"})

    async def test_phone_numbers_of_the_account(self, house: House) -> None:
        _, answer, _ = await house.call("GET", f"/v17.0/{house.company.waba_id}/phone_numbers?limit=100")
        assert [node["id"] for node in answer["data"]] == [house.company.phone_number_id]
        assert answer["data"][0]["display_phone_number"].startswith("+49")

    async def test_another_app_sees_nothing_of_it(self, house: House) -> None:

        token = await create_token(house.gateway.configuration, "111111111111111")
        headers = {"Authorization": f"Bearer {token}"}
        for path in (house.company.phone_number_id, f"{house.company.waba_id}/phone_numbers"):
            status, answer, _ = await house.call("GET", f"/{path}", headers=headers)
            assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)

    async def test_the_profile_always_has_its_vertical(self, house: House) -> None:
        path = f"/{house.company.phone_number_id}/whatsapp_business_profile"
        _, answer, _ = await house.call("GET", f"{path}?fields=about,email")
        assert answer == {"data": [{"messaging_product": "whatsapp", "vertical": "OTHER", "about": "Wir fliegen."}]}

    async def test_health_and_metrics_need_no_token(self, house: House) -> None:
        status, answer, _ = await house.call("GET", "/health", headers={})
        assert (status, answer["status"]) == (200, "ok")
        async with house.session.get(house.gateway.url + "/metrics") as metrics:
            assert "handschlag_gateway_connected 1.0" in await metrics.text()

    async def test_an_object_says_which_methods_it_takes(self, house: House) -> None:
        status, answer, _ = await house.call("DELETE", f"/{house.company.phone_number_id}")
        assert (status, answer["error"]["code"]) == (405, 100)
        assert "phone number" in answer["error"]["error_data"]["details"]
        status, answer, _ = await house.call("DELETE", "/123456789012345")
        assert (status, answer["error"]["error_subcode"]) == (400, 33)


class TestFields:
    """`fields=a,b{c,d},e.modifier(value)`."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a,b", [Field("a", {}, []), Field("b", {}, [])]),
            (" a , ", [Field("a", {}, [])]),
            (
                "a{b,c{d}},e",
                [Field("a", {}, [Field("b", {}, []), Field("c", {}, [Field("d", {}, [])])]), Field("e", {}, [])],
            ),
            ("qr_image_url.format(SVG)", [Field("qr_image_url", {"format": "SVG"}, [])]),
            ("p.start(1).end(2).dimensions(A,B)", [Field("p", {"start": "1", "end": "2", "dimensions": "A,B"}, [])]),
            ("p.ids(['x{y}']).limit(3){z}", [Field("p", {"ids": "['x{y}']", "limit": "3"}, [Field("z", {}, [])])]),
            (["a", "b{c}"], [Field("a", {}, []), Field("b", {}, [Field("c", {}, [])])]),
            ("a{b", [Field("a", {}, [Field("b", {}, [])])]),
            (None, []),
            (5, []),
            ("}){(", [Field("})", {}, [Field("(", {}, [])])]),
        ],
    )
    def test_are_read_as_far_as_they_make_sense(self, text: object, expected: list[Field]) -> None:
        assert parse_field_tree(text) == expected

    @pytest.mark.parametrize("text", ["a{" * 4000, "a" * 10_000, "(" * 8000, "a.b(" * 2000, ",{" * 4000])
    def test_nonsense_costs_nothing(self, text: str) -> None:
        assert len(parse_field_tree(text)) <= 8192

    def test_nested_fields_are_picked_from_objects_and_lists(self) -> None:
        node = {"a": {"b": 1, "c": {"d": 2, "e": 3}}, "f": [{"g": 1, "h": 2}, {"g": 3}], "i": 5}
        asked = parse_field_tree("a{c{e}},f{g},i{j}")
        shaped = {field.name: shape_fields(node[field.name], field.fields) for field in asked}
        assert shaped == {"a": {"c": {"e": 3}}, "f": [{"g": 1}, {"g": 3}], "i": 5}


class TestTemplateList:
    async def test_summary_filters_and_cursors(self, house: House) -> None:
        path = f"/v23.0/{house.company.waba_id}/message_templates"
        _, answer, _ = await house.call("GET", f"{path}?summary=total_count&status=approved")
        assert answer["summary"] == {
            "total_count": 2,
            "message_template_count": 2,
            "message_template_limit": 6000,
            "are_translations_complete": True,
        }
        assert {t["name"]: t["category"] for t in answer["data"]} == {"hello_world": "UTILITY", "departure": "UTILITY"}
        _, first, _ = await house.call("GET", f"{path}?limit=1")
        assert first["paging"]["next"].startswith(house.gateway.url)
        async with house.session.get(first["paging"]["next"], headers=house.headers) as answered:
            second = await answered.json()
        assert "next" not in second["paging"]
        assert [first["data"][0]["name"], second["data"][0]["name"]] == ["hello_world", "departure"]
        _, none, _ = await house.call("GET", f"{path}?name=nothing")
        assert none == {"data": []}

    async def test_a_template_is_a_node_too(self, house: House) -> None:
        _, answer, _ = await house.call("GET", f"/{house.company.waba_id}/message_templates?name=departure")
        _, node, _ = await house.call("GET", f"/{answer['data'][0]['id']}?fields=name,status")
        assert node == {"id": answer["data"][0]["id"], "name": "departure", "status": "APPROVED"}


class TestSubscriptions:
    async def test_an_endpoint_proves_itself_while_the_request_waits(self, house: House) -> None:
        other = Receiver()
        await other.start()
        token = f"{house.company.app_id}|{await app_secret(house)}"
        query = {
            "object": "whatsapp_business_account",
            "callback_url": other.url,
            "verify_token": other.verify_token,
            "fields": "messages,message_template_status_update",
            "access_token": token,
        }
        path = f"/{house.company.app_id}/subscriptions"
        status, answer, _ = await house.call("POST", path, params=query, headers={})
        assert (status, answer) == (200, {"success": True})
        assert other.challenges[0]["hub.mode"] == "subscribe"
        _, listed, _ = await house.call("GET", path)
        assert [row["callback_url"] for row in listed["data"]] == [other.url]
        assert [field["name"] for field in listed["data"][0]["fields"]] == [
            "messages",
            "message_template_status_update",
        ]
        await other.stop()

    @pytest.mark.parametrize("encoding", ["json", "form"])
    async def test_fields_as_a_json_array(self, house: House, encoding: str) -> None:
        fields: Any = ["messages"] if encoding == "json" else json.dumps(["messages"])
        values = {
            "object": "whatsapp_business_account",
            "callback_url": house.receiver.url,
            "verify_token": house.receiver.verify_token,
            "fields": fields,
            "include_values": "true",
        }
        request = {"json": values} if encoding == "json" else {"data": values}
        path = f"/v19.0/{house.company.app_id}/subscriptions"
        status, answer, _ = await house.call("POST", path, **request)
        assert status == 200, answer

    @pytest.mark.parametrize("change", [{"verify_token": "wrong"}, {"callback_url": "http://127.0.0.1:9/"}])
    async def test_an_endpoint_that_does_not_prove_itself_is_not_saved(
        self, house: House, change: dict[str, str]
    ) -> None:
        values = {"callback_url": house.receiver.url, "verify_token": house.receiver.verify_token, **change}
        path = f"/{house.company.app_id}/subscriptions"
        status, answer, _ = await house.call("POST", path, json=values)
        assert (status, answer["error"]["code"]) == (400, 2200)
        _, listed, _ = await house.call("GET", path)
        assert [row["callback_url"] for row in listed["data"]] == [house.receiver.url]

    async def test_private_callbacks_need_the_operators_leave(self, house: House) -> None:
        await house.restart_gateway(private_callbacks=False)
        for url in ("http://example.org/x", "https://127.0.0.1/x", "https://localhost/x", "ftp://example.org", 5):
            status, answer, _ = await house.call(
                "POST", f"/{house.company.app_id}/subscriptions", json={"callback_url": url, "verify_token": "x"}
            )
            assert (status, answer["error"]["code"]) == (400, 100)
            assert "callback_url" in answer["error"]["error_data"]["details"]

    async def test_delete_with_a_body_ends_all(self, house: House) -> None:
        path = f"/{house.company.app_id}/subscriptions"
        status, answer, _ = await house.call("DELETE", path, json={"object": "whatsapp_business_account"})
        assert (status, answer) == (200, {"success": True})
        assert (await house.call("GET", path))[1] == {"data": []}

    async def test_subscribed_apps_names_the_companys_own_app(self, house: House) -> None:
        path = f"/{house.company.waba_id}/subscribed_apps"
        _, answer, _ = await house.call("GET", path)
        assert answer["data"][0]["whatsapp_business_api_data"]["id"] == house.company.app_id
        assert (await house.call("POST", path))[1] == {"success": True}


class TestOauth:
    async def test_the_app_token_for_id_and_secret(self, house: House) -> None:
        query = {
            "grant_type": "client_credentials",
            "client_id": house.company.app_id,
            "client_secret": await app_secret(house),
        }
        status, answer, _ = await house.call("GET", "/v23.0/oauth/access_token", params=query, headers={})
        assert status == 200
        assert answer["token_type"] == "bearer"
        headers = {"Authorization": f"Bearer {answer['access_token']}"}
        assert (await house.call("GET", f"/{house.company.app_id}/subscriptions", headers=headers))[0] == 200
        query["client_secret"] = "wrong"
        status, answer, _ = await house.call("GET", "/oauth/access_token", params=query, headers={})
        assert status == 400
        assert "error" in answer

    async def test_a_token_is_exchanged_for_itself(self, house: House) -> None:
        query = {
            "grant_type": "fb_exchange_token",
            "client_id": house.company.app_id,
            "client_secret": await app_secret(house),
            "fb_exchange_token": house.token,
        }
        _, answer, _ = await house.call("GET", "/oauth/access_token", params=query, headers={})
        assert answer["access_token"] == house.token
        status, _, _ = await house.call(
            "GET", "/oauth/access_token", params={**query, "fb_exchange_token": "EAAx"}, headers={}
        )
        assert status == 401

    async def test_debug_token_tells_scopes_and_validity(self, house: House) -> None:
        _, answer, _ = await house.call("GET", f"/debug_token?input_token={house.token}")
        assert answer["data"]["is_valid"] is True
        assert "whatsapp_business_messaging" in answer["data"]["scopes"]
        assert answer["data"]["granular_scopes"][0]["target_ids"] == [house.company.waba_id]
        _, answer, _ = await house.call("GET", "/debug_token?input_token=nonsense")
        assert answer["data"]["is_valid"] is False


async def app_secret(house: House) -> str:
    return house.gateway.configuration.data_key.open(house.company.app_secret, "app_secret").decode()


async def test_a_template_added_beside_the_running_gateway_can_be_sent(house: House) -> None:
    draft = TemplateDraft(
        name="gate_change", language="de", category="utility", components=[{"type": "BODY", "text": "Neues Gate."}]
    )
    await add_template(house.gateway.configuration, house.company, draft)
    await house.gateway.settled()
    template = {"name": "gate_change", "language": {"code": "de"}}
    status, answer = await house.post({"to": "4915100000", "type": "template", "template": template})
    assert status == 200, answer
