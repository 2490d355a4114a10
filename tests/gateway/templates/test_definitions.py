"""Creating templates by the API: every component, every limit with its subcode, and an error that names field, value and limit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.flows.test_flow_calls import FLOW, make
from tests.gateway.house import House
from tests.gateway.templates.drafts import BODY, QUICK, create, draft

pytestmark = pytest.mark.asyncio(loop_scope="module")

URL = {"type": "url", "text": "Shop", "url": "https://shop.example/{{1}}", "example": ["summer"]}
PHONE = {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "16467043595"}
CARD = {
    "components": [
        {"type": "header", "format": "image", "example": {"header_handle": ["4::aW"]}},
        {"type": "body", "text": "A thing for you."},
        {"type": "buttons", "buttons": [QUICK, URL]},
    ]
}
OTP = {"type": "OTP", "otp_type": "copy_code"}
FORM = {"type": "FLOW", "text": "Open"}


def buttons(*of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "BUTTONS", "buttons": list(of)}


def body(text: str) -> dict[str, Any]:
    return {"type": "BODY", "text": text}


ACCEPTED: dict[str, dict[str, Any]] = {
    "text_header": draft("a", {"type": "HEADER", "format": "TEXT", "text": "Our {{1}} is on!"}, BODY, buttons(QUICK, QUICK)),
    "image": draft("b", {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW"]}}, BODY),
    "video": draft("c", {"type": "header", "format": "video"}, BODY, buttons(PHONE, URL), category="marketing"),
    "document": draft("d", {"type": "HEADER", "format": "DOCUMENT"}, BODY, {"type": "FOOTER", "text": "Thanks"}),
    "location": draft("e", {"type": "HEADER", "format": "LOCATION"}, BODY),
    "named": draft("f", body("Hello {{name}}, all is well."), parameter_format="named"),
    "two_domains": draft("g", BODY, buttons(URL, {**URL, "url": "https://other.example/x"})),
    "coupon": draft("h", BODY, buttons({"type": "COPY_CODE", "example": "250FF"}), category="MARKETING"),
    "flow_json": draft("i", BODY, buttons({**FORM, "flow_json": json.dumps(FLOW), "navigate_screen": "ONLY"})),
    "carousel": draft("l", BODY, {"type": "carousel", "cards": [CARD, CARD]}, category="MARKETING"),
    "offer": draft(
        "m", {"type": "limited_time_offer", "limited_time_offer": {"text": "Sale", "has_expiration": True}}, BODY,
        buttons({"type": "COPY_CODE", "example": "25OFF"}, URL), category="MARKETING",
    ),
    "time": draft("n", BODY, message_send_ttl_seconds="120", allow_category_change=True),
}  # fmt: skip


class TestAccepted:
    @pytest.mark.parametrize("name", ACCEPTED)
    async def test_a_documented_template(self, shared_house: House, name: str) -> None:
        status, answer = await create(shared_house, ACCEPTED[name])
        assert status == 200, answer
        assert (answer["status"], answer["category"]) == ("PENDING", ACCEPTED[name]["category"].upper())
        _, node, _ = await shared_house.call("GET", f"/v23.0/{answer['id']}")
        wanted = [c["type"].upper() for c in ACCEPTED[name]["components"]]
        assert [c["type"] for c in node["components"]] == wanted

    async def test_a_code_gets_the_fixed_text_of_its_language(self, shared_house: House) -> None:
        code = [{"type": "BODY", "add_security_recommendation": True}, {"type": "FOOTER", "code_expiration_minutes": 5}]
        made = {**draft("code", *code, buttons(OTP), category="AUTHENTICATION"), "language": "de"}
        status, answer = await create(shared_house, made)
        assert status == 200, answer
        query = {"fields": "components,message_send_ttl_seconds"}
        _, node, _ = await shared_house.call("GET", f"/v23.0/{answer['id']}", params=query)
        text, footer, keys = node["components"]
        assert text["text"] == "*{{1}}* ist dein Verifizierungscode. Gib diesen Code zu deiner Sicherheit nicht weiter."
        assert footer["text"] == "Dieser Code läuft in 5 Minuten ab."
        assert keys["buttons"] == [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Code kopieren"}]
        assert node["message_send_ttl_seconds"] == 600

    async def test_a_form_by_its_name(self, shared_house: House) -> None:
        await make(shared_house, "seats", flow_json=json.dumps(FLOW), publish=True)
        status, answer = await create(shared_house, draft("seats", BODY, buttons({**FORM, "flow_name": "seats"})))
        assert status == 200, answer

    async def test_a_form_that_comes_along_becomes_a_published_flow(self, shared_house: House) -> None:
        along = {**FORM, "flow_json": json.dumps(FLOW)}
        _, answer = await create(shared_house, draft("form_along", BODY, buttons(along)))
        _, node, _ = await shared_house.call("GET", f"/v23.0/{answer['id']}")
        (button,) = node["components"][1]["buttons"]
        assert "flow_json" not in button
        _, flow, _ = await shared_house.call("GET", f"/v23.0/{button['flow_id']}")
        assert flow["status"] == "PUBLISHED"


def refused(*components: dict[str, Any], subcode: int, says: str, **more: Any) -> tuple[dict[str, Any], int, str]:
    return draft("refused", *components, **more), subcode, says


REFUSED = {
    "long_body": refused(body("x" * 1025), subcode=2388040, says="BODY.text: got 1025 characters, at most 1024"),
    "long_header": refused(
        {"type": "HEADER", "format": "TEXT", "text": "x" * 61}, BODY, subcode=2388040, says="got 61 characters, at most 60"
    ),
    "gif": refused({"type": "HEADER", "format": "GIF"}, BODY, subcode=2388047, says="GIF, which is not offered"),
    "two_places_in_header": refused(
        {"type": "HEADER", "format": "TEXT", "text": "{{1}} and {{2}} x"}, BODY, subcode=2388047, says="got 2 placeholders"
    ),
    "no_body": refused({"type": "FOOTER", "text": "x"}, subcode=2388072, says="BODY is missing"),
    "footer_with_place": refused(BODY, {"type": "FOOTER", "text": "x {{1}}"}, subcode=2388073, says="FOOTER.text: got a"),
    "leading": refused(body("{{1}} is here."), subcode=2388299, says="begins or ends with a placeholder"),
    "trailing": refused(body("Here is {{1}}"), subcode=2388299, says="begins or ends with a placeholder"),
    "adjacent": refused(body("Here {{1}} {{2}} it is now."), subcode=2388299, says="side by side"),
    "dense": refused(body("a {{1}}, {{2}}, {{3}}, {{4}} b"), subcode=2388293, says="got 4 placeholders and"),
    "otp": refused(BODY, buttons(OTP), subcode=0, says="expected AUTHENTICATION"),
    "coupon": refused(BODY, buttons({"type": "COPY_CODE"}), subcode=0, says="expected MARKETING"),
    "unknown_form": refused(BODY, buttons({**FORM, "flow_id": "1"}), subcode=0, says="flow_id: got '1', expected a flow of"),
    "two_forms": refused(BODY, buttons({**FORM, "flow_id": "1", "flow_name": "x"}), subcode=0, says="expected one of flow_id"),
    "wrong_form": refused(BODY, buttons({**FORM, "flow_json": "{}"}), subcode=0, says="BUTTONS.flow_json: "),
    "catalog": refused(BODY, buttons({"type": "catalog", "text": "x"}), subcode=0, says="CATALOG, which is not offered"),
    "three_urls": refused(BODY, buttons(URL, URL, URL), subcode=0, says="got 3 URL buttons, at most 2"),
    "eleven_buttons": refused(BODY, buttons(*[QUICK] * 11), subcode=0, says="got 11 buttons, expected 1 to 10"),
    "plain_http": refused(BODY, buttons({**URL, "url": "http://shop.example"}), subcode=0, says="expected https"),
    "one_card": refused(BODY, {"type": "CAROUSEL", "cards": [CARD]}, subcode=0, says="got 1 cards, expected 2 to 10"),
    "category": refused(BODY, category="NEWS", subcode=0, says="category: got 'NEWS', expected MARKETING"),
    "format": refused(BODY, parameter_format="named", subcode=0, says="parameter_format: got NAMED"),
    "name": ({**draft("Refused-1", BODY)}, 0, "name: got 'Refused-1', expected 1 to 512"),
    "language": ({**draft("refused", BODY), "language": "english"}, 0, "language: got 'english', expected a code"),
    "time": refused(BODY, message_send_ttl_seconds=20, subcode=0, says="got 20, expected 30 to 43200"),
    "minutes": (
        draft(
            "refused", {"type": "BODY"}, {"type": "FOOTER", "code_expiration_minutes": 91}, buttons(OTP),
            category="AUTHENTICATION",
        ),
        2388073, "got 91, expected 1 to 90",
    ),
    "code_language": (
        {**draft("refused", {"type": "BODY"}, buttons(OTP), category="AUTHENTICATION"), "language": "xh"}, 0, "got xh"
    ),
    "no_number": refused({**BODY, "example": {"x": 1.5}}, subcode=0, says="got 1.5, expected a whole number"),
    "huge": refused(BODY, {"type": "FOOTER", "text": "x", "example": "y" * 17_000}, subcode=0, says="bytes of JSON"),
    "deep": refused({**BODY, "example": [[[[[[[[[[[[[[[["x"]]]]]]]]]]]]]]]]}, subcode=0, says="at most 16 levels"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
async def test_a_broken_rule_is_named(shared_house: House, case: str) -> None:
    made, subcode, says = REFUSED[case]
    status, answer = await create(shared_house, made)
    error = answer["error"]
    assert (status, error["code"], error.get("error_subcode", 0)) == (400, 100, subcode), error
    assert says in error["error_data"]["details"]
    assert error["error_user_title"]
    assert error["error_user_msg"] == error["error_data"]["details"]
    assert error["is_transient"] is False


@pytest.mark.parametrize("components", [None, "x", [1], {"type": "BODY"}])
async def test_components_of_another_shape_are_refused(shared_house: House, components: Any) -> None:
    status, answer = await create(shared_house, {**draft("refused"), "components": components})
    assert (status, answer["error"]["code"]) == (400, 100)
    said = answer["error"]["error_data"]["details"]
    assert said.startswith(("components: got", "components[0]: got"))
