"""Every body this gateway emits, compared key by key with what the Cloud API's clients read."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from handschlag.content.message_id import message_id, parse_message_id
from handschlag.gateway.actions.numbers.change_number import change_number
from handschlag.gateway.actions.templates.add_template import TemplateDraft, add_template
from handschlag.relay_client.media import upload_file
from tests.compatibility.clients import FLOW
from tests.compatibility.webhook_shapes import SHAPES, differences
from tests.content.message_examples import ANSWERED, BUTTONS, CARD, LIST, SENT
from tests.gateway.customer import Customer
from tests.gateway.house import House

WITH_BUTTONS = TemplateDraft(
    name="fly_tomorrow",
    language="en_US",
    category="UTILITY",
    components=[
        {"type": "BODY", "text": "Do you fly tomorrow?"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Confirm"}]},
    ],
)
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def bodies_of(house: House) -> dict[str, bytes]:
    """Let everything happen once, and return the body that told each thing."""
    anna = await house.customer("Anna", "+4915112345678")
    found: dict[str, bytes] = {}

    async def body(name: str, is_it: Callable[[dict[str, Any]], Any]) -> None:
        posts = house.receiver.posts
        found[name] = await house.receiver.until(
            lambda: next((post.body for post in posts if any(is_it(change) for change in post.changes)), None)
        )

    def has(list_name: str, **wanted: Any) -> Callable[[dict[str, Any]], bool]:
        return lambda change: any(
            wanted.items() <= item.items() for item in change["value"].get(list_name, []) if isinstance(item, dict)
        )

    async def told(name: str, message: dict[str, Any]) -> str:
        wamid = message_id(anna.send("service", msgspec.json.encode(message)))
        await body(name, has("messages", id=wamid))
        return wamid

    await _plain(told, anna)
    await _answers(house, anna, told)
    wamid = await house.send_text(house.contact_of(anna).wa_id, "Hallo", biz_opaque_callback_data="Zeichen")
    id_ = parse_message_id(wamid)
    await anna.text("Hallo")
    anna.read(id_)
    for word in ("sent", "delivered", "read"):
        await body(word, has("statuses", id=wamid, status=word))
    refused = await house.send_text("4915199999999", "unbekannt")
    await body("failed", has("statuses", id=refused, status="failed"))
    await anna.agree("utility", "marketing")
    await body("preferences", lambda change: change["field"] == "user_preferences")
    await body("template_status", lambda change: change["field"] == "message_template_status_update")
    await house.call("POST", f"/{house.company.phone_number_id}", json={"pin": "123456"})
    await body("flow", lambda change: change["field"] == "flows")
    await body("security", lambda change: change["field"] == "security")
    house.clock.advance(60)
    await anna.introduce("Anna", "+4915112345679")
    await body("user_changed_number", has("messages", type="system"))
    await change_number(house.gateway.running, house.gateway.running.companies[house.company.id], identity_check=True)
    house.clock.advance(60)
    await house.customer("Bert", "+4915112345679")
    await body(
        "identity_changed",
        lambda change: any("identity" in message for message in change["value"].get("messages", [])),
    )
    return found


async def _plain(told: Any, anna: Customer) -> None:
    first = await told("text", {"type": "text", "text": {"body": "Moin"}})
    await told("reply", {"type": "text", "text": {"body": "ja"}, "context": {"id": first}})
    for name in ("forwarded", "frequently_forwarded"):
        await told(name, {"type": "text", "text": {"body": "weiter"}, "context": {name: True}})
    beside: dict[str, tuple[str, dict[str, Any]]] = {
        "image": ("image/jpeg", {}),
        "video": ("video/mp4", {"caption": "c"}),
        "document": ("application/pdf", {"caption": "c", "filename": "a.pdf"}),
        "audio": ("audio/ogg; codecs=opus", {"voice": True}),
        "sticker": ("image/webp", {"animated": True}),
    }
    for kind, (mime_type, more) in beside.items():
        file = msgspec.to_builtins(await upload_file(anna.http, secrets.token_bytes(200), mime_type))
        wamid = await told(kind, {"type": kind, kind: {**file, **more}})
        if kind == "image":
            changed = {"type": "image", "image": {**file, "caption": "besser"}}
            await told("edit", {"type": "edit", "edit": {"original_message_id": wamid, "message": changed}})
    await told("location", SENT["location"])
    await told("contacts", {"type": "contacts", "contacts": [{name: CARD[name] for name in ("name", "phones")}]})
    await told("reaction", {"type": "reaction", "reaction": {"message_id": first, "emoji": "😀"}})
    await told("unreaction", {"type": "reaction", "reaction": {"message_id": first}})
    await told("revoke", {"type": "revoke", "revoke": {"original_message_id": first}})
    await told("unsupported", {"type": "poll", "poll": {"question": "?"}})


async def _answers(house: House, anna: Customer, told: Any) -> None:
    to = house.contact_of(anna).wa_id
    for question, answer in ((BUTTONS, "button_reply"), (LIST, "list_reply")):
        status, sent = await house.post({"to": to, "type": "interactive", "interactive": question})
        assert status == 200, sent
        wamid = sent["messages"][0]["id"]
        await anna.until(lambda: any(o.header.id == parse_message_id(wamid) for o in anna.opened))  # noqa: B023  awaited here
        await told(answer, {**ANSWERED[answer], "context": {"id": wamid}})
    made = {"name": "seat", "categories": ["OTHER"], "flow_json": json.dumps(FLOW), "publish": True}
    _, flow, _ = await house.call("POST", f"/{house.company.waba_id}/flows", json=made)
    parameters = {"flow_message_version": "3", "flow_id": flow["id"], "flow_cta": "Choose", "flow_token": "t"}
    opens = {"flow_action": "navigate", "flow_action_payload": {"screen": "SEAT"}}
    form = {
        "type": "flow",
        "body": {"text": "Seat?"},
        "action": {"name": "flow", "parameters": {**parameters, **opens}},
    }
    status, sent = await house.post({"to": to, "type": "interactive", "interactive": form})
    assert status == 200, sent
    await told("nfm_reply", {**ANSWERED["nfm_reply"], "context": {"id": sent["messages"][0]["id"]}})
    await add_template(house.gateway.configuration, house.company, WITH_BUTTONS)
    await house.gateway.settled()
    template = {"name": WITH_BUTTONS.name, "language": {"code": WITH_BUTTONS.language}}
    status, sent = await house.post({"to": to, "type": "template", "template": template})
    assert status == 200, sent
    wamid = sent["messages"][0]["id"]
    await anna.until(lambda: any(o.header.id == parse_message_id(wamid) for o in anna.opened))
    pressed = {"payload": "Confirm", "text": "Confirm"}
    await told("button", {"type": "button", "button": pressed, "context": {"id": wamid}})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bodies(shared_house: House) -> dict[str, bytes]:
    """Everything that was told, by name."""
    return await bodies_of(shared_house)


@pytest.mark.parametrize("name", sorted(SHAPES))
async def test_it_has_the_keys_and_types_that_clients_read(bodies: dict[str, bytes], name: str) -> None:
    assert differences(SHAPES[name], json.loads(bodies[name])) == []


async def test_a_missing_key_a_wrong_type_and_one_too_many_are_seen(bodies: dict[str, bytes]) -> None:
    body = json.loads(bodies["text"])
    value = body["entry"][0]["changes"][0]["value"]
    del value["contacts"][0]["user_id"]
    value["messages"][0]["timestamp"] = 1
    value["surprise"] = {}
    place = ".entry[0].changes[0].value"
    assert set(differences(SHAPES["text"], body)) == {
        f"{place}.contacts[0].user_id: missing",
        f"{place}.messages[0].timestamp: 1 is no str",
        f"{place}.surprise: too much",
    }
