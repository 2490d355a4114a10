"""Reading templates by the API: filters, pages, the summary, the library, previews of codes, and what is not offered."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.gateway.house import House
from tests.gateway.templates.drafts import BODY, create, create_approved, draft

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUMMARY = "total_count,message_template_count,message_template_limit,are_translations_complete"


async def get(house: House, path: str, **query: str) -> tuple[int, Any]:
    status, answer, _ = await house.call("GET", f"/v23.0/{path}", params=query)
    return status, answer


async def names(house: House, **query: str) -> list[tuple[str, str]]:
    _, answer = await get(house, f"{house.company.waba_id}/message_templates", limit="100", **query)
    return sorted((one["name"], one["language"]) for one in answer["data"])


async def test_filters_pages_and_summary(shared_house: House) -> None:
    house = shared_house
    for language in ("en_US", "de"):
        await create_approved(house, {**draft("sale_now", BODY, category="MARKETING"), "language": language})
    both = [("sale_now", "de"), ("sale_now", "en_US")]
    assert await names(house, name="sale") == both
    assert await names(house, category="marketing") == both
    assert await names(house, category='["MARKETING","AUTHENTICATION"]', language="de") == both[:1]
    assert await names(house, name_or_content="is on its way") == both
    assert await names(house, status='["approved","PENDING"]', name="sale") == both
    assert await names(house, status="REJECTED") == []
    assert await names(house, quality_score="RED") == []
    account = f"{house.company.waba_id}/message_templates"
    _, answer = await get(house, account, name="sale", limit="1", fields="name", summary=SUMMARY)
    assert set(answer["data"][0]) == {"name", "id"}
    count = len(await names(house))
    assert answer["summary"] == {
        "total_count": 2,
        "message_template_count": count,
        "message_template_limit": 6000,
        "are_translations_complete": True,
    }
    following = answer["paging"]["next"].removeprefix(house.gateway.url)
    _, rest, _ = await house.call("GET", following)
    assert rest["data"][0]["id"] != answer["data"][0]["id"]
    assert "next" not in rest["paging"]


class TestTheLibrary:
    async def test_is_searched_by_words_topic_and_language(self, shared_house: House) -> None:
        _, everything = await get(shared_house, "message_template_library", limit="100")
        assert len({one["name"] for one in everything["data"]}) >= 12
        assert {one["language"] for one in everything["data"]} == {"en", "de"}
        _, found = await get(shared_house, "message_template_library", search="verspätet", language="de")
        (delay,) = found["data"]
        assert (delay["name"], delay["topic"]) == ("departure_delay", "TRAVEL_UPDATES")
        _, found = await get(shared_house, "message_template_library", topic="PAYMENTS", language="en_US")
        assert {(one["name"], one["language"]) for one in found["data"]} == {
            ("invoice_available", "en"),
            ("payment_received", "en"),
        }

    async def test_every_one_of_it_can_be_created(self, shared_house: House) -> None:
        _, everything = await get(shared_house, "message_template_library", limit="100")
        for one in everything["data"]:
            inputs = [
                {"type": "URL", "url": {"base_url": "https://own.example/{{1}}", "url_suffix_example": "x"}}
                if button["type"] == "URL"
                else {"type": "PHONE_NUMBER", "phone_number": "+49301234"}
                for button in one.get("buttons", [])
                if button["type"] != "QUICK_REPLY"
            ]
            asked = {
                "name": f"own_{one['name']}",
                "language": one["language"],
                "category": one["category"],
                "library_template_name": one["name"],
                "library_template_button_inputs": inputs,
            }
            status, answer = await create(shared_house, asked)
            assert status == 200, (one["name"], answer)
            _, node = await get(shared_house, answer["id"], fields="components,library_template_name")
            assert node["library_template_name"] == one["name"]
            texts = [part["text"] for part in node["components"] if part["type"] == "BODY"]
            assert texts == [one["body"]]

    @pytest.mark.parametrize(
        ("wrong", "says"),
        [
            ({"library_template_name": "nothing"}, "expected one of departure_delay"),
            ({"language": "fr"}, "expected one of en, de"),
            ({"library_template_button_inputs": []}, "got 0 entries, expected URL"),
            ({"library_template_button_inputs": [{"type": "PHONE_NUMBER"}]}, "expected URL"),
            ({"library_template_button_inputs": [{"type": "URL", "url": 5}]}, "expected an object with a base_url"),
        ],
    )
    async def test_what_does_not_fit_is_named(self, shared_house: House, wrong: dict[str, Any], says: str) -> None:
        inputs = [{"type": "URL", "url": {"base_url": "https://own.example/{{1}}"}}]
        asked = {
            "name": "own", "language": "en", "library_template_name": "ticket_ready",
            "library_template_button_inputs": inputs, **wrong,
        }  # fmt: skip
        status, answer = await create(shared_house, asked)
        assert (status, answer["error"]["code"]) == (400, 100)
        assert says in answer["error"]["error_data"]["details"]


class TestCodesInManyLanguages:
    async def test_previews_show_the_fixed_texts(self, shared_house: House) -> None:
        query = {
            "category": "AUTHENTICATION", "languages": "en_US,de", "add_security_recommendation": "true",
            "code_expiration_minutes": "5", "button_types": "OTP",
        }  # fmt: skip
        status, answer = await get(shared_house, f"{shared_house.company.waba_id}/message_template_previews", **query)
        assert status == 200, answer
        assert answer["data"][0] == {
            "body": "*{{1}}* is your verification code. For your security, do not share this code.",
            "footer": "This code expires in 5 minutes.",
            "buttons": [{"type": "OTP", "text": "Copy code", "autofill_text": "Autofill"}],
            "language": "en_US",
        }
        assert answer["data"][1]["footer"] == "Dieser Code läuft in 5 Minuten ab."

    async def test_are_created_and_replaced_in_one_call(self, shared_house: House) -> None:
        asked = {
            "name": "one_code", "languages": ["en_US", "de"], "category": "AUTHENTICATION",
            "components": [{"type": "BODY"}, {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}],
        }  # fmt: skip
        path = f"/v23.0/{shared_house.company.waba_id}/upsert_message_templates"
        status, made, _ = await shared_house.call("POST", path, json=asked)
        assert status == 200, made
        assert [(one["language"], one["status"], one["category"]) for one in made["data"]] == [
            ("en_US", "PENDING", "AUTHENTICATION"),
            ("de", "PENDING", "AUTHENTICATION"),
        ]
        await shared_house.gateway.settled()
        asked["components"] = [{"type": "BODY", "add_security_recommendation": True}, asked["components"][1]]
        # As pywa sends it: an object that is encoded twice.
        status, replaced, _ = await shared_house.call("POST", path, json=json.dumps(asked))
        assert [one["id"] for one in replaced["data"]] == [one["id"] for one in made["data"]]
        _, node = await get(shared_house, made["data"][0]["id"])
        assert node["components"][0]["text"].endswith("do not share this code.")


@pytest.mark.parametrize(
    ("method", "edge"),
    [
        ("POST", "{waba}/message_templates/archive"),
        ("POST", "{waba}/message_templates/unarchive"),
        ("POST", "{waba}/migrate_message_templates"),
        ("GET", "{template}/compare"),
    ],
)
async def test_what_is_not_offered_says_so(shared_house: House, method: str, edge: str) -> None:
    template = next(iter(shared_house.gateway.running.companies[shared_house.company.id].templates.values()))
    path = edge.format(waba=shared_house.company.waba_id, template=template.row.id)
    status, answer, _ = await shared_house.call(method, f"/v23.0/{path}")
    assert (status, answer["error"]["code"]) == (400, 100)
    assert "not offered" in answer["error"]["error_data"]["details"]
