"""Simulated customers send and receive every type: shown as their device understood it, files opened."""

from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from tests.content.message_examples import BUTTONS, CARD, LIST, SENT
from tests.sandbox.process import SandboxProcess
from tests.sandbox.webhooks import Endpoint
from tests.support.media_files import FILES

KINDS = {
    "image": "gate.png",
    "audio": "voice.ogg",
    "video": "boarding.mp4",
    "document": "ticket.pdf",
    "sticker": "gull.webp",
}


@pytest.fixture(scope="module")
def ines(sandbox: SandboxProcess, endpoint: Endpoint) -> dict[str, str]:
    """A customer who has written."""
    made = sandbox.customer("Ines Brandt", consent=["utility"])
    endpoint.message(sandbox.write(made, "Moin"))
    return made


def post(sandbox: SandboxProcess, customer: dict[str, str], message: dict[str, Any]) -> str:
    return str(sandbox.do(f"/customers/{customer['id']}/messages", message)["id"])


def upload(sandbox: SandboxProcess, content: bytes, mime_type: str) -> str:
    path = f"/{sandbox.connection['phone_number_id']}/media"
    status, answer = sandbox.api(
        "POST", path, files={"file": ("a", content, mime_type)}, data={"messaging_product": "whatsapp"}
    )
    assert status == 200, answer
    return str(answer["id"])


def fetched(sandbox: SandboxProcess, path: str) -> httpx.Response:
    return sandbox.http.get(sandbox.connection["control_url"] + path)


class TestReceived:
    @pytest.mark.parametrize("name", ["location", "contacts", "buttons", "list", "cta_url", "location_request"])
    def test_each_is_shown_as_it_was_sent(self, sandbox: SandboxProcess, ines: dict[str, str], name: str) -> None:
        shown = sandbox.received(ines, sandbox.send({"to": ines["wa_id"], **SENT[name]}))
        assert {key: shown[key] for key in SENT[name]} == SENT[name]

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_file_is_opened_and_can_be_fetched(
        self, sandbox: SandboxProcess, ines: dict[str, str], kind: str
    ) -> None:
        mime_type, content = FILES[KINDS[kind]]
        media = upload(sandbox, content, mime_type)
        shown = sandbox.received(ines, sandbox.send({"to": ines["wa_id"], "type": kind, kind: {"id": media}}))[kind]
        assert (shown["mime_type"], shown["file_size"]) == (mime_type, len(content))
        assert "blob" not in shown
        answer = fetched(sandbox, shown["url"])
        assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (200, content, mime_type)

    def test_a_file_of_nobody_is_not_there(self, sandbox: SandboxProcess, ines: dict[str, str]) -> None:
        assert fetched(sandbox, f"/customers/{ines['id']}/media/none").status_code == 404

    def test_a_voice_note_is_listened_to(
        self, sandbox: SandboxProcess, endpoint: Endpoint, ines: dict[str, str]
    ) -> None:
        media = upload(sandbox, FILES["voice.ogg"][1], "audio/ogg")
        wamid = sandbox.send({"to": ines["wa_id"], "type": "audio", "audio": {"id": media, "voice": True}})
        assert sandbox.received(ines, wamid)["audio"]["voice"] is True
        sandbox.do(f"/customers/{ines['id']}/played", {"message_id": wamid})
        assert endpoint.status(wamid, "played")["recipient_id"] == ines["wa_id"]
        text = sandbox.send_text(ines["wa_id"], "kein Ton")
        sandbox.received(ines, text)
        status, answer = sandbox.control("POST", f"/customers/{ines['id']}/played", {"message_id": text})
        assert (status, "type audio" in answer["error"]["message"]) == (400, True)


class TestWritten:
    @pytest.mark.parametrize(
        "message",
        [
            SENT["location"],
            {"type": "contacts", "contacts": [CARD]},
            {"type": "text", "text": {"body": "weitergesagt"}, "context": {"forwarded": True}},
        ],
        ids=["location", "contacts", "forwarded"],
    )
    def test_objects_arrive_as_they_are(
        self, sandbox: SandboxProcess, endpoint: Endpoint, ines: dict[str, str], message: dict[str, Any]
    ) -> None:
        found = endpoint.message(post(sandbox, ines, message))["messages"][0]
        assert {key: found[key] for key in message} == message

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_file_in_a_form_is_sealed_and_the_program_fetches_it(
        self, sandbox: SandboxProcess, endpoint: Endpoint, ines: dict[str, str], kind: str
    ) -> None:
        mime_type, content = FILES[KINDS[kind]]
        answer = sandbox.http.post(
            f"{sandbox.connection['control_url']}/customers/{ines['id']}/messages",
            files={"file": (KINDS[kind], content, mime_type)},
            data={"type": kind, "caption": "hier"},
        )
        found = endpoint.message(answer.json()["id"])["messages"][0]
        assert found["type"] == kind
        assert found[kind]["mime_type"] == mime_type
        assert found[kind].get("caption") == ("hier" if kind in {"image", "video", "document"} else None)
        assert found[kind].get("filename") == (KINDS[kind] if kind == "document" else None)
        assert sandbox.http.get(found[kind]["url"]).content == content

    def test_a_file_in_json_is_base64(self, sandbox: SandboxProcess, endpoint: Endpoint, ines: dict[str, str]) -> None:
        part = {"data": base64.b64encode(FILES["gate.png"][1]).decode(), "mime_type": "image/png", "caption": "c"}
        found = endpoint.message(post(sandbox, ines, {"type": "image", "image": part}))["messages"][0]
        assert sandbox.http.get(found["image"]["url"]).content == FILES["gate.png"][1]

    def test_reaction_edit_and_withdrawal(
        self, sandbox: SandboxProcess, endpoint: Endpoint, ines: dict[str, str]
    ) -> None:
        ours = sandbox.send_text(ines["wa_id"], "Guten Flug!")
        sandbox.received(ines, ours)
        reaction = {"type": "reaction", "reaction": {"message_id": ours, "emoji": "🛫"}}
        assert endpoint.message(post(sandbox, ines, reaction))["messages"][0]["reaction"] == reaction["reaction"]
        gone = {"type": "reaction", "reaction": {"message_id": ours, "emoji": ""}}
        assert endpoint.message(post(sandbox, ines, gone))["messages"][0]["reaction"] == {"message_id": ours}
        hers = sandbox.write(ines, "Dnake")
        endpoint.message(hers)
        edit = {"original_message_id": hers, "message": {"type": "text", "text": {"body": "Danke"}}}
        assert endpoint.message(post(sandbox, ines, {"type": "edit", "edit": edit}))["messages"][0]["edit"] == edit
        revoke = {"type": "revoke", "revoke": {"original_message_id": hers}}
        assert endpoint.message(post(sandbox, ines, revoke))["messages"][0]["revoke"] == revoke["revoke"]


class TestTapped:
    @pytest.mark.parametrize(
        ("question", "tap", "answer"),
        [
            (BUTTONS, {"tap": "Yes"}, {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}),
            (BUTTONS, {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "no"}}}, {"type": "button_reply", "button_reply": {"id": "no", "title": "No"}}),
            (LIST, {"tap": "1a"}, {"type": "list_reply", "list_reply": {"id": "1a", "title": "1A", "description": "window"}}),
        ],
    )  # fmt: skip
    def test_the_answer_is_what_was_offered(
        self,
        sandbox: SandboxProcess,
        endpoint: Endpoint,
        ines: dict[str, str],
        question: dict[str, Any],
        tap: dict[str, Any],
        answer: dict[str, Any],
    ) -> None:
        wamid = sandbox.send({"to": ines["wa_id"], "type": "interactive", "interactive": question})
        sandbox.received(ines, wamid)
        found = endpoint.message(post(sandbox, ines, {**tap, "context": {"message_id": wamid}}))["messages"][0]
        assert found["interactive"] == answer
        assert found["context"] == {"from": "494319990100", "id": wamid}

    def test_what_is_not_there_cannot_be_tapped(self, sandbox: SandboxProcess, ines: dict[str, str]) -> None:
        wamid = sandbox.send({"to": ines["wa_id"], "type": "interactive", "interactive": BUTTONS})
        sandbox.received(ines, wamid)
        tap = {"tap": "maybe", "context": {"message_id": wamid}}
        status, answer = sandbox.control("POST", f"/customers/{ines['id']}/messages", tap)
        assert (status, answer["error"]["message"]) == (400, 'tap: got "maybe", expected "yes", "no"')


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"type": "image", "image": {"data": "AAAA"}}, "image.mime_type: got null"),
        ({"type": "image", "image": {"data": "###", "mime_type": "image/png"}}, 'image.data: got "###"'),
        ({"type": "image", "image": {"data": "AAAA", "mime_type": "text/html"}}, "image.mime_type: got 'text/html'"),
        ({"type": "interactive", "interactive": BUTTONS}, "interactive: got what only a company sends"),
        ({"type": "location", "location": {"latitude": 91, "longitude": 1}}, "location.latitude: got 91"),
        ({"type": "button", "button": {"payload": "x"}, "context": {"id": "wamid.no"}}, "context.message_id: got"),
    ],
)  # fmt: skip
def test_bad_input_is_told(sandbox: SandboxProcess, ines: dict[str, str], message: dict[str, Any], told: str) -> None:
    status, answer = sandbox.control("POST", f"/customers/{ines['id']}/messages", message)
    assert (status, told in answer["error"]["message"]) == (400, True), answer
