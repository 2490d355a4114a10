"""Bytes that no text is made of, wherever a program can put them: each is refused with a Graph error, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from tests.gateway.flows.test_flow_calls import FLOW
from tests.gateway.house import House

NUL = "a\0b"
TEXT = {"messaging_product": "whatsapp", "to": "49151000", "type": "text", "text": {"body": "hi"}}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


@pytest.fixture(params=["sqlite", "postgresql"])
async def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """PostgreSQL takes no U+0000 in any text, and SQLite does."""
    more = {} if request.param == "sqlite" else {"database_url": request.getfixturevalue("postgresql_url")}
    made = House(tmp_path, **more)
    await made.start()
    yield made
    await made.stop()


def flow(**more: Any) -> dict[str, Any]:
    parameters = {"flow_message_version": "3", "flow_cta": "Open", **more}
    action = {"name": "flow", "parameters": parameters}
    return {**TEXT, "type": "interactive", "interactive": {"type": "flow", "body": {"text": "x"}, "action": action}}


async def test_u0000_is_refused_or_kept_and_never_breaks_the_database(on_both: House) -> None:
    house = on_both
    number, account, app = house.company.phone_number_id, house.company.waba_id, house.company.app_id
    bodies: list[tuple[str, dict[str, Any]]] = [
        (f"/{number}/messages", {**TEXT, "text": {"body": NUL}, "biz_opaque_callback_data": NUL}),
        (f"/{number}/messages", {**TEXT, "to": NUL}),
        (f"/{number}/messages", {**TEXT, "context": {"message_id": NUL}}),
        (f"/{number}/messages", {**TEXT, "type": "image", "image": {"id": NUL}}),
        (f"/{number}/messages", {**TEXT, "type": "template", "template": {"name": NUL, "language": {"code": NUL}}}),
        (f"/{number}/messages", flow(flow_id=NUL)),
        (f"/{number}/messages", flow(flow_name=NUL)),
        (f"/{number}/messages", {"messaging_product": "whatsapp", "status": "read", "message_id": NUL}),
        (f"/{number}/message_qrdls", {"prefilled_message": NUL}),
        (f"/{number}/block_users", {"block_users": [{"user": NUL}]}),
        (f"/{number}/conversational_automation", {"prompts": [NUL]}),
        (f"/{number}/whatsapp_business_profile", {"about": NUL}),
        (f"/{account}/flows", {"name": NUL, "categories": ["OTHER"]}),
        (f"/{account}/flows", {"name": "F", "categories": ["OTHER"], "clone_flow_id": NUL}),
        (f"/{account}/flows", {"name": "F", "categories": ["OTHER"], "flow_json": {**FLOW, "version": NUL}}),
        (f"/{account}/message_templates", {"name": "n", "language": NUL, "category": "UTILITY", "components": []}),
        (f"/{app}/subscriptions", {"fields": [NUL], "delivery": "cursor"}),
        (f"/{app}/webhook_replay", {"since": 0, "field": NUL}),
        (f"/{app}/uploads", {"file_type": "image/png", "file_length": 1, "file_name": NUL}),
    ]
    for path, body in bodies:
        status, answer, _ = await house.call("POST", path, json=body)
        assert status in {200, 400, 404}, (path, body, answer)
    for path in (
        f"/{number}%00",
        f"/{number}/message_qrdls/%00",
        "/upload:%00",
        f"/{app}/webhook_deliveries?field=%00",
        "/?ids=%00,1",
        "/attachments?mid=%00&ext=1&hash=%00",
        "/debug_token?input_token=%00",
        "/oauth/access_token?client_id=%00&client_secret=%00",
        *("/message/%00", "/qr/%00.svg", "/c/%00", "/pictures/%00"),
    ):
        headers = {} if path.startswith(("/message", "/qr", "/c/", "/pictures")) else house.headers
        async with house.session.get(URL(house.gateway.url + path, encoded=True), headers=headers) as answer:
            assert answer.status < 500, path
            assert json.loads(await answer.text()), path
    # The database still takes what it is given.
    status, answer = await house.post(TEXT)
    assert status == 200
    await house.gateway.settled()


@pytest.mark.asyncio(loop_scope="module")
class TestHalfCharacters:
    """Bytes that are no UTF-8."""

    async def raw(self, house: House, head: bytes, body: bytes = b"") -> tuple[int, Any]:
        url = URL(house.gateway.url)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(head + b"\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        answer = await reader.read()
        writer.close()
        status, text = int(answer.split(b" ")[1]), answer.partition(b"\r\n\r\n")[2]
        return status, json.loads(text)

    @pytest.mark.parametrize("token", [b"Bearer \xff\xfe", b"Bearer %s|\xff", b"OAuth \xff"])
    async def test_in_a_token(self, shared_house: House, token: bytes) -> None:
        token = token.replace(b"%s", shared_house.company.app_id.encode())
        status, answer = await self.raw(shared_house, b"GET /me HTTP/1.1\r\nAuthorization: " + token)
        assert (status, answer["error"]["code"]) == (401, 190)

    async def test_in_an_idempotency_key(self, shared_house: House) -> None:
        head = f"POST /{shared_house.company.phone_number_id}/messages HTTP/1.1\r\nAuthorization: Bearer {shared_house.token}"
        status, answer = await self.raw(
            shared_house, head.encode() + b"\r\nIdempotency-Key: \xff", json.dumps(TEXT).encode()
        )
        assert (status, answer["error"]["code"]) == (400, 100)

    @pytest.mark.parametrize("name", [b'filename="a\xff.png"', b"filename*=utf-8''a%00b.png"])
    async def test_in_a_files_name(self, shared_house: House, name: bytes) -> None:
        parts = [
            b'Content-Disposition: form-data; name="messaging_product"\r\n\r\nwhatsapp',
            b'Content-Disposition: form-data; name="file"; ' + name + b"\r\nContent-Type: image/png\r\n\r\n" + PNG,
        ]
        body = b"".join(b"--x\r\n" + part + b"\r\n" for part in parts) + b"--x--\r\n"
        headers = {**shared_house.headers, "Content-Type": "multipart/form-data; boundary=x"}
        path = f"/{shared_house.company.phone_number_id}/media"
        status, answer, _ = await shared_house.call("POST", path, data=body, headers=headers)
        assert status == 200, answer

    async def test_in_the_signature_of_a_forms_address(self, shared_house: House) -> None:
        body = {"name": "Signatur", "categories": ["OTHER"], "flow_json": FLOW}
        _, made, _ = await shared_house.call("POST", f"/{shared_house.company.waba_id}/flows", json=body)
        path = f"/{made['id']}/assets/flow.json?ext=99999999999&hash=ü"
        status, answer, _ = await shared_house.call("GET", path, headers={})
        assert (status, answer["error"]["error_subcode"]) == (400, 33)

    async def test_a_parts_head_with_control_characters(self, shared_house: House) -> None:
        body = b'--x\r\nContent-Disposition: form-data; name="a\x08b"\r\n\r\nx\r\n--x--\r\n'
        headers = {**shared_house.headers, "Content-Type": "multipart/form-data; boundary=x"}
        for edge in ("media", "messages", "message_qrdls"):
            path = f"/{shared_house.company.phone_number_id}/{edge}"
            status, answer, _ = await shared_house.call("POST", path, data=body, headers=headers)
            assert (status, answer["error"]["code"]) == (400, 100)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"type":' + b"[" * 900 + b"]" * 900 + b',"messaging_product":"whatsapp"}',
        b'{"name":"x","components":' + b'[{"a":' * 450 + b"1" + b"}]" * 450 + b"}",
        b'{"messaging_product":1e999}',
        b"1e999",
        b'{"to":' + b"9" * 5000 + b"}",
        b'{"to":"\\ud800"}',
        b"\xff\xfe",
    ],
    ids=lambda body: body[:12],
)
async def test_deep_large_and_broken_json_is_refused(shared_house: House, body: bytes) -> None:
    company = shared_house.company
    headers = {**shared_house.headers, "Content-Type": "application/json"}
    for path in (
        f"/{company.phone_number_id}/messages",
        f"/{company.waba_id}/message_templates",
        f"/{company.waba_id}/flows",
        f"/{company.phone_number_id}/whatsapp_business_profile",
    ):
        status, answer, _ = await shared_house.call("POST", path, data=body, headers=headers)
        assert status == 400 or path.endswith("profile"), (path, answer)
        assert status < 500
