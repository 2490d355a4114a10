"""@chat-adapter/whatsapp 4.41, unmodified: a bot with its own webhook server hears every kind of message and answers with every kind."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from tests.compatibility import clients
from tests.compatibility.original_host import OriginalHost
from tests.compatibility.program import Program
from tests.sandbox.process import SandboxProcess, until
from tests.support.media_files import FILES, write_files


@pytest.fixture(scope="module", params=["base URL", "original host"])
def chat_bot(
    request: pytest.FixtureRequest, sandbox: SandboxProcess, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Program]:
    folder = tmp_path_factory.mktemp("files")
    files, gateway = write_files(folder), sandbox.connection["gateway_url"]
    nobody = {"wa_id": "", "user_id": ""}
    by_base_url = request.param == "base URL"
    host = OriginalHost(gateway, folder)
    told = clients.given(sandbox, nobody, base_url=gateway if by_base_url else None, files=str(files))
    made = Program("chat_adapter.mjs", told, {} if by_base_url else host.environment)
    fields = {
        "object": "whatsapp_business_account",
        "callback_url": made.started["url"],
        "verify_token": "a token of the bot",
        "fields": "messages",
    }
    status, answer = sandbox.api("POST", f"/{sandbox.connection['app_id']}/subscriptions", params=fields)
    assert status == 200, answer
    yield made
    made.close()
    host.close()


def test_a_message_reaches_the_bot_and_all_its_answers_the_customer(sandbox: SandboxProcess, chat_bot: Program) -> None:
    ines = sandbox.customer("Ines Brandt", consent=["utility"])
    asked = sandbox.write(ines, "Everything, please")
    heard = chat_bot.saw("message", id=asked)
    assert (heard["text"], heard["name"]) == ("Everything, please", "Ines Brandt")
    posted = heard["posted"]
    assert not [said for said in posted.values() if isinstance(said, dict)]
    assert sandbox.received(ines, posted["text"])["text"]["body"] == "Your gate is *B12*."
    file = sandbox.received(ines, posted["file"])
    assert (file["type"], file["document"]["filename"]) == ("document", "ticket.pdf")
    assert file["document"]["caption"] == "Your ticket"
    card = sandbox.received(ines, posted["card"])
    assert [b["reply"]["title"] for b in card["interactive"]["action"]["buttons"]] == ["Window", "Aisle"]
    assert "Welcome" in sandbox.received(ines, posted["template"])["rendered"]["body"]
    reactions = [m for m in sandbox.messages(ines) if m["type"] == "reaction"]
    assert [m["reaction"] for m in reactions] == [{"message_id": asked, "emoji": "👍"}]
    until(lambda: sandbox.statuses_of_sent(ines)[asked] == "read")


def test_a_tapped_button_is_an_action(sandbox: SandboxProcess, chat_bot: Program) -> None:
    ines = sandbox.customer("Ines Brandt", consent=["utility"])
    posted = chat_bot.saw("message", id=sandbox.write(ines, "Everything, please"))["posted"]
    card = sandbox.received(ines, posted["card"])
    tapped = card["interactive"]["action"]["buttons"][0]["reply"]
    reply = {"type": "button_reply", "button_reply": tapped}
    sandbox.do(
        f"/customers/{ines['id']}/messages",
        {"type": "interactive", "interactive": reply, "context": {"message_id": card["id"]}},
    )
    assert chat_bot.saw("action", action="window")["value"] == "w"


def test_a_reaction_is_heard(sandbox: SandboxProcess, chat_bot: Program) -> None:
    ines = sandbox.customer("Ines Brandt", consent=["utility"])
    posted = chat_bot.saw("message", id=sandbox.write(ines, "Everything, please"))["posted"]
    sandbox.received(ines, posted["text"])
    reaction = {"message_id": posted["text"], "emoji": "❤️"}
    sandbox.do(f"/customers/{ines['id']}/messages", {"type": "reaction", "reaction": reaction})
    assert chat_bot.saw("reaction", message=posted["text"])["added"]


@pytest.mark.parametrize(("kind", "name"), [("image", "gate.png"), ("document", "ticket.pdf"), ("audio", "voice.ogg")])
def test_a_file_of_a_customer_is_heard_and_over_tls_downloaded_as_it_was(
    sandbox: SandboxProcess, chat_bot: Program, kind: str, name: str, request: pytest.FixtureRequest
) -> None:
    ines = sandbox.customer("Ines Brandt")
    mime_type, data = FILES[name]
    message = {"type": kind, kind: {"mime_type": mime_type, "data": base64.b64encode(data).decode()}}
    sent = sandbox.do(f"/customers/{ines['id']}/messages", message)["id"]
    attachment = chat_bot.saw("message", id=sent)["attachments"][0]
    assert attachment["mimeType"].startswith(mime_type)
    if attachment["data"] is None:
        assert "base URL" in request.node.name, "over plain HTTP the client itself refuses to fetch"
    else:
        assert base64.b64decode(attachment["data"]) == data
