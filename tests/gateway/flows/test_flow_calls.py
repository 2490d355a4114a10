"""The calls for flows: made, listed, read, changed, uploaded, fetched, published, deprecated, removed, each with its refusals."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOOTER = {"type": "Footer", "label": "Done", "on-click-action": {"name": "complete", "payload": {}}}
LAYOUT = {"type": "SingleColumnLayout", "children": [{"type": "TextBody", "text": "Grüße"}, FOOTER]}
FLOW = {"version": "7.3", "screens": [{"id": "ONLY", "title": "Only", "terminal": True, "layout": LAYOUT}]}
WRONG = {"version": "7.3", "screens": [{"id": "ONLY", "terminal": True, "layout": {**LAYOUT, "type": "Grid"}}]}


async def make(house: House, name: str, **more: Any) -> dict[str, Any]:
    body = {"name": name, "categories": ["OTHER"], **more}
    status, answer, _ = await house.call("POST", f"/v24.0/{house.company.waba_id}/flows", json=body)
    assert status == 200, answer
    made: dict[str, Any] = answer
    return made


async def read(house: House, id_: str, fields: str = "name,status,categories,validation_errors") -> dict[str, Any]:
    status, answer, _ = await house.call("GET", f"/v24.0/{id_}?fields={fields}")
    assert status == 200, answer
    found: dict[str, Any] = answer
    return found


async def upload(house: House, id_: str, text: str | bytes, **more: str) -> tuple[int, Any]:
    form = aiohttp.FormData()
    form.add_field("file", text, filename="flow.json", content_type="application/json")
    for name, value in {"name": "flow.json", "asset_type": "FLOW_JSON", **more}.items():
        form.add_field(name, value)
    status, answer, _ = await house.call("POST", f"/v24.0/{id_}/assets", data=form)
    return status, answer


def error(answer: Any) -> tuple[int, str]:
    return answer["error"]["code"], answer["error"]["error_data"]["details"]


async def test_a_flow_goes_from_draft_to_published_to_deprecated_and_the_webhooks_are_told(shared_house: House) -> None:
    house = shared_house
    made = await make(house, "life", flow_json=json.dumps(FLOW))
    assert made == {"id": made["id"], "success": True, "validation_errors": []}
    id_ = made["id"]
    assert (await house.call("POST", f"/{id_}/publish"))[:2] == (200, {"success": True})
    status, answer, _ = await house.call("POST", f"/{id_}/publish")
    assert (status, error(answer)[0]) == (400, 139002)
    status, answer = await upload(house, id_, json.dumps(FLOW))
    assert error(answer) == (139001, "flow: it is published, expected a draft; clone it and change the clone")
    status, answer, _ = await house.call("DELETE", f"/{id_}")
    assert error(answer) == (139004, "flow: it is published, expected a draft; deprecate it")
    assert (await house.call("POST", f"/{id_}/deprecate"))[:2] == (200, {"success": True})
    status, answer, _ = await house.call("POST", f"/{id_}/deprecate")
    assert error(answer)[0] == 139003
    assert (await read(house, id_))["status"] == "DEPRECATED"

    def told() -> list[dict[str, Any]]:
        changes = [c["value"] for c in house.receiver.changes if c["field"] == "flows"]
        return [value for value in changes if value["flow_id"] == id_]

    await house.receiver.until(lambda: len(told()) == 2)
    assert [(v["event"], v["old_status"], v["new_status"]) for v in told()] == [
        ("FLOW_STATUS_CHANGE", "DRAFT", "PUBLISHED"),
        ("FLOW_STATUS_CHANGE", "PUBLISHED", "DEPRECATED"),
    ]


async def test_a_wrong_flow_json_is_kept_with_its_errors_and_not_published(shared_house: House) -> None:
    house = shared_house
    made = await make(house, "wrong", flow_json=json.dumps(WRONG, indent=2), publish=True)
    assert made["success"] is False
    assert made["validation_errors"][0]["error"] == "INVALID_PROPERTY_VALUE"
    found = await read(house, made["id"])
    assert (found["status"], found["validation_errors"]) == ("DRAFT", made["validation_errors"])
    _, answer, _ = await house.call("POST", f"/{made['id']}/publish")
    assert error(answer)[0] == 139002
    assert answer["error"]["error_user_title"] == "Publishing Flow with validation errors"
    assert (await upload(house, made["id"], json.dumps(FLOW)))[1] == {"success": True, "validation_errors": []}
    assert (await house.call("POST", f"/{made['id']}/publish"))[0] == 200


async def test_a_flow_json_that_no_message_can_carry_stays_a_draft(shared_house: House) -> None:
    house = shared_house
    picture = {"type": "Image", "src": "A" * 50_000}
    layout = {**LAYOUT, "children": [picture, FOOTER]}
    large = {"version": "7.3", "screens": [{"id": "ONLY", "terminal": True, "layout": layout}]}
    made = await make(house, "large", flow_json=json.dumps(large))
    assert made["success"]
    _, answer, _ = await house.call("POST", f"/{made['id']}/publish")
    assert error(answer)[0] == 139002
    assert error(answer)[1].endswith("bytes without blanks, at most 49152 travel in a message")


async def test_every_field_of_a_flow_is_read_and_a_preview_is_left_out(shared_house: House) -> None:
    house = shared_house
    made = await make(house, "fields", flow_json=json.dumps(FLOW), endpoint_uri="http://127.0.0.1:9/flow")
    asked = (
        "id,name,categories,preview.invalidate(false),status,validation_errors,json_version,data_api_version,endpoint_uri,"
        "whatsapp_business_account,application,health_status,updated_at"
    )
    found = await read(house, made["id"], asked)
    assert found["json_version"] == "7.3"
    assert found["endpoint_uri"] == "http://127.0.0.1:9/flow"
    assert found["whatsapp_business_account"]["id"] == house.company.waba_id
    assert found["application"]["id"] == house.company.app_id
    assert found["health_status"]["can_send_message"] == "AVAILABLE"
    assert found["health_status"]["entities"][0] == {
        "entity_type": "FLOW",
        "id": made["id"],
        "can_send_message": "AVAILABLE",
    }
    assert "preview" not in found


async def test_flows_are_listed_page_by_page_the_newest_first(shared_house: House) -> None:
    house = shared_house
    for number in range(3):
        house.clock.advance(1)
        await make(house, f"page {number}")
    path = f"/v24.0/{house.company.waba_id}/flows"
    _, first, _ = await house.call("GET", f"{path}?limit=2")
    assert [flow["name"] for flow in first["data"]] == ["page 2", "page 1"]
    assert set(first["data"][0]) == {"id", "name", "status", "categories", "validation_errors"}
    _, second, _ = await house.call("GET", first["paging"]["next"].removeprefix(house.gateway.url))
    assert second["data"][0]["name"] == "page 0"


async def test_a_flow_is_renamed_given_an_endpoint_cloned_and_removed(shared_house: House) -> None:
    house = shared_house
    made = await make(house, "first", flow_json=json.dumps(FLOW))
    body = {"name": "renamed", "categories": ["SURVEY", "SIGN_UP"], "endpoint_uri": "http://127.0.0.1:9/x"}
    assert (await house.call("POST", f"/{made['id']}", json=body))[1] == {"success": True}
    copy = await make(house, "copy", clone_flow_id=made["id"])
    found = await read(house, copy["id"], "endpoint_uri,json_version,categories")
    assert found == {
        "id": copy["id"],
        "endpoint_uri": "http://127.0.0.1:9/x",
        "json_version": "7.3",
        "categories": ["OTHER"],
    }
    status, answer, _ = await house.call("POST", f"/{copy['id']}", json={"name": "renamed"})
    assert (status, answer["error"]["error_user_title"]) == (400, "Flow name is not unique")
    assert (await house.call("DELETE", f"/{copy['id']}"))[1] == {"success": True}
    assert (await house.call("GET", f"/{copy['id']}"))[0] == 400


async def test_the_flow_json_is_fetched_byte_by_byte_under_a_signed_address_for_five_minutes(
    shared_house: House,
) -> None:
    house = shared_house
    made = await make(house, "asset")
    assert (await house.call("GET", f"/{made['id']}/assets"))[1] == {"data": []}
    text = json.dumps(FLOW, indent=3, ensure_ascii=False).encode()
    assert (await upload(house, made["id"], text))[0] == 200
    _, answer, _ = await house.call("GET", f"/{made['id']}/assets")
    (asset,) = answer["data"]
    assert (asset["name"], asset["asset_type"]) == ("flow.json", "FLOW_JSON")
    async with house.session.get(asset["download_url"]) as found:
        assert (found.status, await found.read()) == (200, text)
    async with house.session.get(asset["download_url"].replace("hash=", "hash=0")) as found:
        assert found.status == 400
    house.clock.advance(301)
    async with house.session.get(asset["download_url"]) as found:
        assert found.status == 400


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no name": ({"name": None}, 131008, "name: got nothing"),
    "no category": ({"categories": []}, 131008, "categories: got none"),
    "another category": ({"categories": ["FUN"]}, 100, "categories: got 'FUN', expected some of SIGN_UP"),
    "a taken name": ({"name": "taken"}, 100, "name: got 'taken'"),
    "an endpoint that is no address": ({"endpoint_uri": "ftp://x"}, 100, "endpoint_uri: got 'ftp://x'"),
    "a clone of nothing": ({"clone_flow_id": "123"}, 100, "clone_flow_id: got '123'"),
    "a template": ({"clone_template": "x"}, 100, "clone_template: not offered"),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_a_flow_that_cannot_be_made_is_refused_in_plain_words(shared_house: House, what: str) -> None:
    house = shared_house
    await house.call("POST", f"/{house.company.waba_id}/flows", json={"name": "taken", "categories": ["OTHER"]})
    more, code, details = REFUSED[what]
    body = {key: value for key, value in {"name": "new", "categories": ["OTHER"], **more}.items() if value is not None}
    status, answer, _ = await house.call("POST", f"/{house.company.waba_id}/flows", json=body)
    assert status == 400
    assert error(answer)[0] == code
    assert error(answer)[1].startswith(details)


async def test_a_broken_upload_and_what_is_not_offered_are_refused(shared_house: House) -> None:
    house = shared_house
    made = await make(house, "broken uploads")
    status, answer = await upload(house, made["id"], "{}", asset_type="IMAGE")
    assert error(answer) == (100, "asset_type: got 'IMAGE', expected 'FLOW_JSON'")
    status, answer, _ = await house.call("POST", f"/{made['id']}/assets", json={"file": "{}"})
    assert error(answer)[1].startswith("body: got 'application/json', expected multipart/form-data")
    status, answer = await upload(house, made["id"], b"x" * (10 * 1024 * 1024 + 1))
    assert (status, error(answer)[1]) == (413, "file: got more than 10485760 bytes, at most 10485760")
    status, answer = await upload(house, made["id"], "{")
    assert (status, answer["validation_errors"][0]["error"]) == (200, "INVALID_FLOW_JSON")
    status, answer, _ = await house.call("POST", f"/{house.company.waba_id}/migrate_flows", json={})
    assert error(answer)[1].startswith("migrate_flows: not offered")
    status, answer, _ = await house.call("POST", f"/{made['id']}", json={"application_id": "5"})
    assert error(answer)[1].startswith("application_id: got '5'")


@pytest.mark.parametrize(
    ("flow", "details"),
    [
        (
            {"flow_id": "123"},
            "interactive.action.parameters.flow_id: got '123', expected a flow of this business account",
        ),
        ({"flow_name": "nobody"}, "interactive.action.parameters.flow_name: got 'nobody', expected a flow"),
        ({"flow_name": "sent draft"}, "interactive.action.parameters.mode: got 'published', but the flow is draft"),
        (
            {"flow_name": "sent wrong", "mode": "draft"},
            "interactive.action.parameters.flow_name: got 'sent wrong', whose",
        ),
    ],
)
async def test_a_message_with_a_form_that_cannot_be_sent_is_refused(
    shared_house: House, flow: dict[str, str], details: str
) -> None:
    house = shared_house
    for name, content in (("sent draft", FLOW), ("sent wrong", WRONG)):
        body = {"name": name, "categories": ["OTHER"], "flow_json": json.dumps(content)}
        await house.call("POST", f"/{house.company.waba_id}/flows", json=body)
    parameters = {"flow_message_version": "3", "flow_cta": "Open", "flow_token": "t", **flow}
    interactive = {"type": "flow", "body": {"text": "x"}, "action": {"name": "flow", "parameters": parameters}}
    status, answer = await house.post({"to": "+4915112345678", "type": "interactive", "interactive": interactive})
    assert (status, error(answer)[0]) == (400, 131009)
    assert error(answer)[1].startswith(details)
