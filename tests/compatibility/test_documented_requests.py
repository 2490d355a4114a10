"""Every request the platform's documents show is sent, and answered as described; what is not offered says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.compatibility.clients import FLOW, Links
from tests.compatibility.message_examples import MESSAGES, TEMPLATES
from tests.compatibility.other_examples import EXAMPLES, Example
from tests.sandbox.process import SandboxProcess, until
from tests.support.media_files import FILES, write_files

MEDIA = {"image": "gate.png", "video": "boarding.mp4", "audio": "voice.ogg", "document": "ticket.pdf", "sticker": "gull.webp"}  # fmt: skip


def filled(value: Any, names: dict[str, str]) -> Any:
    """Return a request with the names in double braces replaced."""
    text = json.dumps(value)
    for name, put in names.items():
        text = text.replace(f"{{{{{name}}}}}", json.dumps(put)[1:-1])
    return json.loads(text)


class Prepared:
    """What the examples name: a customer, their message, files, templates, forms."""

    def __init__(self, sandbox: SandboxProcess, links: str) -> None:
        self.sandbox = sandbox
        self.customer = sandbox.customer("Ines Brandt", consent=["utility", "marketing"])
        connection = sandbox.connection
        self.names = {
            "to": self.customer["wa_id"],
            "incoming": sandbox.write(self.customer, "Moin"),
            "links": links,
            "phone": connection["phone_number_id"],
            "account": connection["waba_id"],
            "app": connection["app_id"],
            "blockable": sandbox.customer("Nis Petersen")["wa_id"],
            "flow_json": json.dumps(FLOW),
            "key": rsa.generate_private_key(65537, 2048)
            .public_key()
            .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            .decode(),
            "handle": self._handle(),
        }
        for kind, name in {**MEDIA, "spare": "gate.png"}.items():
            self.names[kind] = self._upload(name)
        for name, publish in (("flow", True), ("draft", False)):
            self.names[f"{name}_name"] = f"examples_{name}"
            self.names[name] = self._flow(f"examples_{name}", publish=publish)
        for template in TEMPLATES:
            self.names["template"] = self._template(template)

    def ask(self, example: Example) -> tuple[int, Any]:
        path, body = filled(example.path, self.names), filled(example.body, self.names)
        if example.encoding == "multipart":
            return self.sandbox.api(example.method, path, files={name: (None, value) for name, value in body.items()})
        return self.sandbox.api(example.method, path, **({"json": body} if body is not None else {}))

    def _must(self, method: str, path: str, **request: Any) -> Any:
        status, answer = self.sandbox.api(method, path, **request)
        assert status == 200, answer
        return answer

    def _upload(self, name: str) -> str:
        kind, data = FILES[name]
        path = f"/v23.0/{self.names['phone']}/media"
        return str(
            self._must("POST", path, data={"messaging_product": "whatsapp"}, files={"file": (name, data, kind)})["id"]
        )

    def _handle(self) -> str:
        kind, data = FILES["gate.png"]
        asked = {"file_name": "gate.png", "file_length": str(len(data)), "file_type": kind}
        session = self._must("POST", f"/v23.0/{self.sandbox.connection['app_id']}/uploads", params=asked)["id"]
        headers = {"Authorization": f"OAuth {self.sandbox.connection['access_token']}", "file_offset": "0"}
        return str(self._must("POST", f"/v23.0/{session}", content=data, headers=headers)["h"])

    def _flow(self, name: str, *, publish: bool) -> str:
        body = {"name": name, "categories": ["OTHER"], "flow_json": json.dumps(FLOW), "publish": publish}
        return str(self._must("POST", f"/v23.0/{self.names['account']}/flows", json=body)["id"])

    def _template(self, template: dict[str, Any]) -> str:
        body = {"language": "en_US", "category": "UTILITY", **filled(template, self.names)}
        made = self._must("POST", f"/v23.0/{self.names['account']}/message_templates", json=body)["id"]
        until(lambda: self.sandbox.api("GET", f"/{made}?fields=status")[1]["status"] == "APPROVED")
        return str(made)


@pytest.fixture(scope="module")
def prepared(sandbox: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    links = Links(write_files(Path(tmp_path_factory.mktemp("links"))))
    yield Prepared(sandbox, links.url)
    links.close()


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_arrives_or_is_refused_plainly(prepared: Prepared, name: str) -> None:
    body, code = MESSAGES[name]
    message = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "{{to}}", **body}
    status, answer = prepared.ask(Example("POST", "/v23.0/{{phone}}/messages", message))
    if code is not None:
        assert (status, answer["error"]["code"]) == (400, code)
        assert "not offered" in answer["error"]["error_data"]["details"]
        return
    assert status == 200, answer
    shown = prepared.sandbox.received(prepared.customer, answer["messages"][0]["id"])
    assert shown["type"] == body.get("type", "text")
    assert (shown.get("context", {}).get("id") == prepared.names["incoming"]) == ("context" in body)


@pytest.mark.parametrize("name", EXAMPLES)
def test_another_request_is_answered_or_refused_plainly(prepared: Prepared, name: str) -> None:
    example = EXAMPLES[name]
    status, answer = prepared.ask(example)
    if example.code is None:
        assert status == 200, answer
        return
    error = answer["error"]
    assert status >= 400
    assert error["code"] == example.code, error
    assert error["fbtrace_id"]
    assert (
        len(error["error_data"]["details"] if isinstance(error.get("error_data"), dict) else error["error_user_msg"])
        > 20
    )
