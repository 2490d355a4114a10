"""pywa 4.5 in its asynchronous form, unmodified, with its own webhook server: it hears and answers what customers send."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.compatibility import clients
from tests.compatibility.program import Program
from tests.sandbox.process import SandboxProcess, until
from tests.support.media_files import FILES


@pytest.fixture(scope="module")
def async_bot(sandbox: SandboxProcess) -> Iterator[Program]:
    nobody = {"wa_id": "", "user_id": ""}
    told = clients.given(sandbox, nobody, base_url=sandbox.connection["gateway_url"])
    made = Program("pywa_async_bot.py", told, {})
    until(lambda: sandbox.api("GET", f"/{sandbox.connection['app_id']}/subscriptions")[1]["data"])
    yield made
    made.close()


def test_it_registers_itself_hears_and_answers(sandbox: SandboxProcess, async_bot: Program) -> None:
    ines = sandbox.customer("Ines Brandt")
    asked = sandbox.write(ines, "Moin")
    heard = async_bot.saw("message", id=asked)
    assert sandbox.received(ines, heard["answer"])["text"]["body"] == "Moin, moin"
    for word in ("sent", "delivered"):
        async_bot.saw("status", id=heard["answer"], status=word)


@pytest.mark.parametrize(
    ("kind", "name"), [("image", "gate.png"), ("document", "ticket.pdf"), ("sticker", "gull.webp")]
)
def test_a_file_arrives_byte_by_byte(sandbox: SandboxProcess, async_bot: Program, kind: str, name: str) -> None:
    ines = sandbox.customer("Ines Brandt")
    mime_type, data = FILES[name]
    message = {"type": kind, kind: {"mime_type": mime_type, "data": base64.b64encode(data).decode()}}
    sent = sandbox.do(f"/customers/{ines['id']}/messages", message)["id"]
    assert bytes.fromhex(async_bot.saw("message", id=sent)["bytes"]) == data


def test_a_tapped_button_and_a_chosen_row_reach_their_handlers(sandbox: SandboxProcess, async_bot: Program) -> None:
    ines = sandbox.customer("Ines Brandt")
    sandbox.write(ines, "Hallo")
    buttons = [{"type": "reply", "reply": {"id": "window", "title": "Window"}}]
    rows = [{"id": "fish", "title": "Fish", "description": "Plaice"}]
    actions = {
        "button": {"buttons": buttons},
        "list": {"button": "Meals", "sections": [{"title": "Warm", "rows": rows}]},
    }
    asked = {}
    for kind, action in actions.items():
        part = {"type": kind, "body": {"text": "Which one?"}, "action": action}
        asked[kind] = sandbox.send({"to": ines["wa_id"], "type": "interactive", "interactive": part})
        sandbox.received(ines, asked[kind])
    replies = {
        "button": {"type": "button_reply", "button_reply": buttons[0]["reply"]},
        "list": {"type": "list_reply", "list_reply": rows[0]},
    }
    for kind, reply in replies.items():
        message = {"type": "interactive", "interactive": reply, "context": {"message_id": asked[kind]}}
        sandbox.do(f"/customers/{ines['id']}/messages", message)
    assert async_bot.saw("button", data="window")["answers"] == asked["button"]
    assert async_bot.saw("selection", data="fish")["title"] == "Fish"
