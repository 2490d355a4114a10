"""Every type a customer may send, as a webhook carries it; and what a customer may not say is not believed."""

from __future__ import annotations

import secrets
from typing import Any

import msgspec
import pytest

from handschlag.content.message_id import message_id, parse_message_id
from handschlag.gateway.actions.templates.add_template import TemplateDraft, add_template
from handschlag.relay_client.media import upload_file
from tests.content.message_examples import ANSWERED, BUTTONS, CARD, LIST, SENT, cards
from tests.gateway.customer import Customer
from tests.gateway.house import House
from tests.gateway.messages.test_sending_types import asking, opened, sent

pytestmark = pytest.mark.asyncio(loop_scope="module")
OURS = "49301234567"


async def anna_of(house: House) -> Customer:
    return house.customers[0] if house.customers else await house.customer("Anna", "+4915112345678")


async def told(house: House, customer: Customer, message: dict[str, Any]) -> dict[str, Any]:
    """Send a message as the customer's device seals it, and return what the webhook says, without what all have."""
    wamid = message_id(customer.send("service", msgspec.json.encode(message)))
    found = dict(await house.receiver.message(wamid))
    contact = house.contact_of(customer)
    assert found.pop("from") == contact.wa_id
    assert found.pop("from_user_id") == contact.user_id
    assert found.pop("timestamp").isdigit()
    del found["id"]
    return found


@pytest.mark.parametrize(
    "message",
    [
        SENT["location"],
        {"type": "location", "location": {"latitude": 1.5, "longitude": 2.5, "url": "https://example.com/here"}},
        {"type": "contacts", "contacts": [CARD]},
        SENT["reaction"],
        {"type": "reaction", "reaction": {"message_id": SENT["reaction"]["reaction"]["message_id"]}},
        {"type": "text", "text": {"body": "passed on"}, "context": {"forwarded": True}},
        {"type": "text", "text": {"body": "passed on"}, "context": {"frequently_forwarded": True}},
    ],
    ids=lambda m: str(m)[:50],
)
async def test_objects_are_told_as_they_were_sealed(shared_house: House, message: dict[str, Any]) -> None:
    anna = await anna_of(shared_house)
    assert await told(shared_house, anna, message) == message


@pytest.mark.parametrize(
    ("kind", "mime_type", "beside", "expected"),
    [
        ("image", "image/jpeg", {"caption": "Mein Koffer"}, {"caption": "Mein Koffer"}),
        ("image", "image/png", {}, {}),
        ("audio", "audio/ogg; codecs=opus", {"voice": True}, {"voice": True}),
        ("audio", "audio/mpeg", {}, {"voice": False}),
        ("video", "video/mp4", {"caption": "Film"}, {"caption": "Film"}),
        ("document", "application/zip", {"caption": "c", "filename": "a.zip"}, {"caption": "c", "filename": "a.zip"}),
        ("sticker", "image/webp", {"animated": True}, {"animated": True}),
        ("sticker", "image/webp", {}, {"animated": False}),
    ],
)
async def test_files_are_told_by_id_and_address(
    shared_house: House, kind: str, mime_type: str, beside: dict[str, Any], expected: dict[str, Any]
) -> None:
    anna = await anna_of(shared_house)
    file = msgspec.to_builtins(await upload_file(anna.http, secrets.token_bytes(200), mime_type))
    message = await told(shared_house, anna, {"type": kind, kind: {**file, **beside}})
    part = message[kind]
    assert part.pop("id").isdigit()
    assert part.pop("url").startswith("http")
    assert part == {"mime_type": mime_type, "sha256": file["sha256"], **expected}


async def test_an_edited_caption_brings_its_file(shared_house: House) -> None:
    anna = await anna_of(shared_house)
    file = msgspec.to_builtins(await upload_file(anna.http, secrets.token_bytes(200), "image/jpeg"))
    first = message_id(anna.send("service", msgspec.json.encode({"type": "image", "image": file})))
    await shared_house.receiver.message(first)
    edit = {"original_message_id": first, "message": {"type": "image", "image": {**file, "caption": "besser"}}}
    message = await told(shared_house, anna, {"type": "edit", "edit": edit})
    assert message["edit"]["original_message_id"] == first
    assert message["edit"]["message"]["image"]["caption"] == "besser"
    assert message["edit"]["message"]["image"]["id"].isdigit()
    assert "blob" not in str(message)


class TestAnswers:
    """A press counts only if the button was shown to this customer."""

    async def test_a_button_and_a_row_come_with_the_message_they_answer(self, shared_house: House) -> None:
        anna = await anna_of(shared_house)
        for question, answer in ((BUTTONS, "button_reply"), (LIST, "list_reply")):
            wamid = await sent(shared_house, asking({"type": "interactive", "interactive": question}))
            await opened(anna, wamid)
            message = await told(shared_house, anna, {**ANSWERED[answer], "context": {"id": wamid}})
            assert message == {**ANSWERED[answer], "context": {"from": OURS, "id": wamid}}

    async def test_a_cards_answer_counts_too(self, shared_house: House) -> None:
        carousel = cards({"type": "image", "image": {"link": "https://example.com/a.jpg"}})
        for i, card in enumerate(carousel["action"]["cards"]):
            card.pop("type")
            card["action"] = {"buttons": [{"type": "quick_reply", "quick_reply": {"id": f"fly{i}", "title": "Fly"}}]}
        anna = await anna_of(shared_house)
        wamid = await self.stored(shared_house, anna, {"type": "interactive", "interactive": carousel})
        reply = {"type": "button_reply", "button_reply": {"id": "fly1", "title": "Fly"}}
        message = await told(
            shared_house, anna, {"type": "interactive", "interactive": reply, "context": {"id": wamid}}
        )
        assert message["interactive"] == reply

    async def stored(self, house: House, customer: Customer, message: dict[str, Any]) -> str:
        """Accept a message whose file is never brought: what it offered is known from its acceptance on."""
        del customer
        return await sent(house, asking(message))

    async def test_a_form_is_a_json_string(self, shared_house: House) -> None:
        anna = await anna_of(shared_house)
        wamid = await sent(shared_house, asking(SENT["buttons"]))
        answer = {**ANSWERED["nfm_reply"], "context": {"id": wamid}}
        message = await told(shared_house, anna, answer)
        assert message["type"] == "unsupported", "the message was no form"

    @pytest.mark.parametrize(
        ("answer", "change"),
        [
            ("button_reply", {"button_reply": {"id": "refund", "title": "Yes"}}),
            ("button_reply", {"button_reply": {"id": "yes", "title": "No"}}),
            ("list_reply", {}),
        ],
    )
    async def test_a_button_that_was_not_shown_cannot_be_pressed(
        self, shared_house: House, answer: str, change: dict[str, Any]
    ) -> None:
        anna = await anna_of(shared_house)
        wamid = await sent(shared_house, asking(SENT["buttons"]))
        reply = {**ANSWERED[answer]["interactive"], **change}
        message = await told(
            shared_house, anna, {"type": "interactive", "interactive": reply, "context": {"id": wamid}}
        )
        assert (message["type"], message["unsupported"]) == ("unsupported", {"type": "interactive"})
        assert message["errors"][0]["code"] == 131051

    async def test_nobody_answers_for_somebody_else(self, shared_house: House) -> None:
        await anna_of(shared_house)
        wamid = await sent(shared_house, asking(SENT["buttons"]))
        eve = await shared_house.customer("Eve", "+4915199999999")
        message = await told(shared_house, eve, {**ANSWERED["button_reply"], "context": {"id": wamid}})
        assert message["type"] == "unsupported"

    async def test_an_answer_to_nothing_is_unsupported(self, shared_house: House) -> None:
        anna = await anna_of(shared_house)
        answer = {name: part for name, part in ANSWERED["button_reply"].items() if name != "context"}
        assert (await told(shared_house, anna, answer))["unsupported"] == {"type": "interactive"}


class TestQuickReplies:
    """A template's quick reply carries the payload it was sent with, or its own text."""

    @pytest.mark.parametrize(
        ("payload", "text", "believed"),
        [
            ("fly:yes", "Confirm", True),
            ("Cancel", "Cancel", True),
            ("fly:yes", "Cancel", False),
            ("Confirm", "Confirm", False),
            ("refund", "refund", False),
        ],
    )
    async def test_only_what_was_shown_is_believed(
        self, shared_house: House, payload: str, text: str, believed: bool
    ) -> None:
        anna = await anna_of(shared_house)
        await self.template(shared_house)
        given = {
            "type": "button",
            "sub_type": "quick_reply",
            "index": 0,
            "parameters": [{"type": "payload", "payload": "fly:yes"}],
        }
        send = {"name": "fly_tomorrow", "language": {"code": "en_US"}, "components": [given]}
        wamid = await sent(shared_house, asking({"type": "template", "template": send}))
        button = {"payload": payload, "text": text}
        message = await told(shared_house, anna, {"type": "button", "button": button, "context": {"id": wamid}})
        if believed:
            assert message == {"type": "button", "button": button, "context": {"from": OURS, "id": wamid}}
        else:
            assert message["unsupported"] == {"type": "button"}

    async def template(self, house: House) -> None:
        company = house.gateway.running.companies[house.company.id]
        if ("fly_tomorrow", "en_US") in company.templates:
            return
        replies = [{"type": "QUICK_REPLY", "text": text} for text in ("Confirm", "Cancel")]
        components: list[dict[str, object]] = [
            {"type": "BODY", "text": "Do you fly tomorrow?"},
            {"type": "BUTTONS", "buttons": replies},
        ]
        draft = TemplateDraft(name="fly_tomorrow", language="en_US", category="UTILITY", components=components)
        await add_template(house.gateway.configuration, house.company, draft)
        await house.gateway.settled()


class TestChanges:
    async def test_the_author_changes_and_takes_back(self, shared_house: House) -> None:
        anna = await anna_of(shared_house)
        first = anna.write("Moin")
        await shared_house.receiver.message(first)
        edit = {"original_message_id": first, "message": {"type": "text", "text": {"body": "Moin Moin"}}}
        assert await told(shared_house, anna, {"type": "edit", "edit": edit}) == {"type": "edit", "edit": edit}
        revoke = {"type": "revoke", "revoke": {"original_message_id": first}}
        assert await told(shared_house, anna, revoke) == revoke

    @pytest.mark.parametrize("kind", ["edit", "revoke"])
    async def test_nobody_changes_what_another_wrote(self, shared_house: House, kind: str) -> None:
        anna = await anna_of(shared_house)
        hers = anna.write("Moin")
        await shared_house.receiver.message(hers)
        eve = await shared_house.customer("Eve")
        message = dict(ANSWERED[kind])
        message[kind] = {**message[kind], "original_message_id": hers}
        assert (await told(shared_house, eve, message))["unsupported"] == {"type": kind}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "poll", "poll": {"question": "?"}},
        {"type": "location", "location": {"latitude": 91, "longitude": 0}},
        {"type": "interactive", "interactive": BUTTONS},
        {"type": "image", "image": {"link": "https://example.com/a.jpg"}},
        {"type": "contacts", "contacts": []},
    ],
    ids=lambda m: str(m)[:40],
)
async def test_what_is_not_known_or_not_the_customers_to_send_is_unsupported(
    shared_house: House, message: dict[str, Any]
) -> None:
    anna = await anna_of(shared_house)
    found = await told(shared_house, anna, message)
    assert (found["type"], found["unsupported"]) == ("unsupported", {"type": message["type"]})
    assert found["errors"][0]["error_data"]["details"] == "Message type is currently not supported."


async def test_a_new_attested_number_is_told_under_the_one_before(shared_house: House) -> None:
    customer = await shared_house.customer("Umzug", "+4915100000010")
    shared_house.clock.advance(60)
    await customer.introduce("Umzug", "+4915100000011")
    message = await shared_house.receiver.until(
        lambda: next((m for m in shared_house.receiver.messages if m["type"] == "system"), None)
    )
    assert (message["from"], message["from_user_id"]) == ("4915100000010", shared_house.contact_of(customer).user_id)
    assert message["system"]["type"] == "user_changed_number"
    assert message["system"]["wa_id"] == "4915100000011"
    assert parse_message_id(message["id"])
