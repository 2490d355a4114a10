"""Sending templates of every kind: what a program may say, what the customer's device shows, and each refusal's code."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from handschlag.content.flows.message import form_in
from handschlag.content.message_id import parse_message_id
from handschlag.content.templates.rendering import Rendered
from tests.gateway.customer import Customer
from tests.gateway.house import House
from tests.gateway.media.files import JPEG, PDF, upload
from tests.gateway.templates.drafts import BODY, QUICK, create_approved, draft, send, texts
from tests.gateway.templates.test_definitions import ACCEPTED, OTP, URL, buttons

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANNA = "+491701234567"
CODE = draft("login_code", {"type": "BODY"}, buttons(OTP), category="AUTHENTICATION")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def anna(shared_house: House) -> Customer:
    customer = await shared_house.customer(number=ANNA, agrees=False)
    await customer.agree("utility", "marketing", "authentication")
    return customer


async def shown(house: House, anna: Customer, name: str, *components: dict[str, Any]) -> Rendered:
    """Send a template and return what the customer's device shows of it."""
    status, answer = await send(house, ANNA, name, *components)
    assert status == 200, answer
    return await seen_by(anna, answer)


async def seen_by(anna: Customer, answer: Any) -> Rendered:
    """Wait for the message that was just accepted, and return what is shown of it."""
    id_ = parse_message_id(answer["messages"][0]["id"])
    return await anna.shown(await anna.until(lambda: next((o for o in anna.opened if o.header.id == id_), None)))


async def approved(house: House, made: dict[str, Any]) -> str:
    """Create a template if this house has none of its name; return the name."""
    company = house.gateway.running.companies[house.company.id]
    if (made["name"], made["language"]) not in company.templates:
        await create_approved(house, made)
    return str(made["name"])


def header(kind: str, value: object) -> dict[str, Any]:
    return {"type": "HEADER", "parameters": [{"type": kind.upper(), kind: value}]}


def button(sub_type: str, index: object, parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Button", "sub_type": sub_type, "index": index, "parameters": [parameter]}


def text(value: str) -> dict[str, Any]:
    return {"type": "text", "text": value}


class TestShown:
    async def test_a_picture_and_a_document_by_their_ids(self, shared_house: House, anna: Customer) -> None:
        picture = await upload(shared_house, JPEG, "image/jpeg")
        name = await approved(shared_house, ACCEPTED["image"])
        seen = await shown(shared_house, anna, name, header("image", {"id": picture}), texts("Anna", "1"))
        assert seen.media is not None
        assert (seen.media.type, seen.media.file.file_size) == ("image", len(JPEG))
        paper = await upload(shared_house, PDF, "application/pdf")
        name = await approved(shared_house, ACCEPTED["document"])
        ticket = {"id": paper, "filename": "Ticket 1.pdf", "caption": "not shown"}
        seen = await shown(shared_house, anna, name, header("document", ticket), texts("Anna", "1"))
        assert seen.media is not None
        assert (seen.media.file.filename, seen.footer) == ("Ticket 1.pdf", "Thanks")

    async def test_a_place(self, shared_house: House, anna: Customer) -> None:
        name = await approved(shared_house, ACCEPTED["location"])
        place = {"latitude": 53.55, "longitude": "-9.9937", "name": "Harbour", "address": "Am Kai 1"}
        seen = await shown(shared_house, anna, name, header("location", place), texts("Anna", "1"))
        assert seen.location is not None
        assert (seen.location.latitude, seen.location.longitude, seen.location.name) == ("53.55", "-9.9937", "Harbour")

    async def test_money_and_dates_as_the_program_spells_them(self, shared_house: House, anna: Customer) -> None:
        name = await approved(shared_house, draft("paid", BODY))
        money = {"type": "currency", "currency": {"fallback_value": "84,20 €", "code": "EUR", "amount_1000": 84200}}
        date = {"type": "date_time", "date_time": {"fallback_value": "3. Mai", "day_of_month": 3}}
        seen = await shown(shared_house, anna, name, {"type": "body", "parameters": [money, date]})
        assert seen.body == "Hello 84,20 €, your order 3. Mai is on its way."

    async def test_named_places_in_any_order(self, shared_house: House, anna: Customer) -> None:
        name = await approved(shared_house, ACCEPTED["named"])
        given = {"type": "body", "parameters": [{**text("Anna"), "parameter_name": "name"}]}
        assert (await shown(shared_house, anna, name, given)).body == "Hello Anna, all is well."

    async def test_a_one_time_code(self, shared_house: House, anna: Customer) -> None:
        name = await approved(shared_house, CODE)
        seen = await shown(shared_house, anna, name, texts("123456"), button("URL", "0", text("123456")))
        assert seen.body == "*123456* is your verification code."
        assert [(one.type, one.text, one.code) for one in seen.buttons] == [("otp", "Copy code", "123456")]

    async def test_an_offer_with_its_end_and_its_code(self, shared_house: House, anna: Customer) -> None:
        name = await approved(shared_house, ACCEPTED["offer"])
        end = int(time.time() + 3600)
        offer = {"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": end * 1000}}
        coupon = button("copy_code", 0, {"type": "coupon_code", "coupon_code": "25OFF"})
        given = [{"type": "limited_time_offer", "parameters": [offer]}, texts("Anna", "1"), coupon]
        seen = await shown(shared_house, anna, name, *given, button("url", "1", text("x")))
        assert seen.offer is not None
        assert (seen.offer.text, seen.offer.expires_at) == ("Sale", end)
        assert (seen.buttons[0].code, seen.buttons[1].url) == ("25OFF", "https://shop.example/x")

    async def test_cards(self, shared_house: House, anna: Customer) -> None:
        picture = await upload(shared_house, JPEG, "image/jpeg")
        name = await approved(shared_house, ACCEPTED["carousel"])
        cards = [
            {"card_index": n, "components": [
                header("image", {"id": picture}),
                button("quick_reply", "0", {"type": "payload", "payload": f"more-{n}"}), button("url", 1, text(f"{n}")),
            ]}
            for n in (1, 0)
        ]  # fmt: skip
        seen = await shown(shared_house, anna, name, texts("Anna", "1"), {"type": "CAROUSEL", "cards": cards})
        assert [(card.media.type, card.body) for card in seen.cards] == [("image", "A thing for you.")] * 2
        assert [card.buttons[0].payload for card in seen.cards] == ["more-0", "more-1"]
        assert seen.cards[1].buttons[1].url == "https://shop.example/1"

    async def test_a_form_travels_inside(self, shared_house: House, anna: Customer) -> None:
        name = await approved(shared_house, ACCEPTED["flow_json"])
        action = {"type": "action", "action": {"flow_token": "t", "flow_action_data": {"seats": 2.5}}}
        seen = await shown(shared_house, anna, name, texts("Anna", "1"), button("flow", "0", action))
        flow = seen.buttons[0].flow
        assert flow is not None
        assert (flow.target.navigate_screen, flow.token, flow.data) == ("ONLY", "t", '{"seats":2.5}')
        assert flow.form is not None
        assert flow.form.id == flow.target.flow_id
        # The program need not name the button at all.
        form = form_in(msgspec.to_builtins(await shown(shared_house, anna, name, texts("Anna", "1"))))
        assert form is not None
        assert (form.definition, form.token, form.screen) == (flow.form, "unused", "ONLY")

    async def test_no_components_where_none_are_needed(self, shared_house: House, anna: Customer) -> None:
        company = shared_house.company
        path = f"/v23.0/{company.phone_number_id}/messages"
        for template in (
            {"name": "hello_world", "language": {"code": "en_US", "policy": "deterministic"}, "components": []},
            {"name": "hello_world", "language": {"code": "en-US"}},
        ):
            body = {"messaging_product": "whatsapp", "to": ANNA, "type": "template", "template": template}
            status, answer, _ = await shared_house.call("POST", path, json=body)
            assert status == 200, answer
            await seen_by(anna, answer)


CODE_COMPONENTS = (texts("123456"), button("url", "0", text("123456")))
WRONG: dict[str, tuple[dict[str, Any], list[dict[str, Any]], int, str]] = {
    "too_few": (draft("plain", BODY), [texts("Anna")], 132000, "body: got 1 parameters, expected 2"),
    "too_long": (draft("plain", BODY), [texts("x" * 1000, "y" * 100)], 132005, "at most 1024"),
    "line_break": (draft("plain", BODY), [texts("a\nb", "1")], 132007, "holds a line break"),
    "address": (draft("plain", BODY), [texts("see www.x.de", "1")], 132007, "holds a web address"),
    "header_kind": (ACCEPTED["image"], [header("location", {"latitude": 1, "longitude": 2}), texts("a", "1")], 132012, "expected image"),
    "no_header": (ACCEPTED["image"], [texts("a", "1")], 132012, "got no parameter, expected image"),
    "unknown_file": (ACCEPTED["image"], [header("image", {"id": "123456789012345"}), texts("a", "1")], 131009, "123456789012345"),
    "other_code": (CODE, [texts("123456"), button("url", "0", text("1"))], 132018, "expected the code"),
    "long_code": (CODE, [texts("1" * 16), button("url", "0", text("1" * 16))], 131009, "got 16 characters, at most 15"),
    "one_card": (ACCEPTED["carousel"], [texts("a", "1"), {"type": "carousel", "cards": []}], 132018, "got 0 cards, expected 2"),
    "no_coupon": (ACCEPTED["coupon"], [texts("a", "1")], 131008, "coupon_code: is missing"),
    "catalog": (draft("plain", BODY), [button("CATALOG", 0, text("x"))], 131009, "catalog, which is not offered"),
    "voice": (draft("plain", BODY), [button("voice_call", 0, text("x"))], 131009, "voice_call, which is not offered"),
    "product": (draft("plain", BODY), [{"type": "header", "parameters": [{"type": "product"}]}], 132012, "not offered"),
    "index": (draft("plain", BODY), [button("quick_reply", 10, text("x"))], 131009, "expected 0 to 9"),
    "part": (draft("plain", BODY), [{"type": "sidebar"}], 131009, "expected header, body, button"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
async def test_what_does_not_fit_is_refused_with_its_code(shared_house: House, anna: Customer, case: str) -> None:
    made, components, code, says = WRONG[case]
    before = len(anna.opened)
    status, answer = await send(shared_house, ANNA, await approved(shared_house, made), *components)
    assert (status, answer["error"]["code"]) == (400, code), answer
    assert says in answer["error"]["error_data"]["details"]
    assert len(anna.opened) == before


async def test_a_code_goes_to_a_number_only(shared_house: House, anna: Customer) -> None:
    name = await approved(shared_house, CODE)
    user_id = shared_house.contact_of(anna).user_id
    template = {"name": name, "language": {"code": "en_US"}, "components": list(CODE_COMPONENTS)}
    status, answer = await shared_house.post({"recipient": user_id, "type": "template", "template": template})
    assert (status, answer["error"]["code"]) == (400, 131062)
    assert (await send(shared_house, ANNA, name, *CODE_COMPONENTS))[0] == 200


async def test_another_language_is_not_known(shared_house: House, anna: Customer) -> None:
    name = await approved(shared_house, draft("plain", BODY, buttons(QUICK, URL)))
    status, answer = await send(shared_house, ANNA, name, texts("a", "1"), language="fr")
    assert (status, answer["error"]["code"]) == (404, 132001)
    assert "it exists in en_US" in answer["error"]["error_data"]["details"]
