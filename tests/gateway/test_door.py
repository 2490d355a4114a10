"""The API's door: every encoding is read, every error is Graph's object, nothing else leaves."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEXT = {"messaging_product": "whatsapp", "to": "+49 151 000", "type": "text", "text": {"body": "hi"}}


def is_graph_error(answer: Any) -> bool:
    error = answer["error"]
    return {"message", "type", "code", "fbtrace_id"} <= set(error)


class TestEncodings:
    @pytest.mark.parametrize("prefix", ["", "/v23.0", "/v13.0", "/v24.0", "/v9"])
    @pytest.mark.parametrize("suffix", ["", "/"])
    async def test_any_version_or_none_and_a_trailing_slash(
        self, shared_house: House, prefix: str, suffix: str
    ) -> None:
        path = f"{prefix}/{shared_house.company.phone_number_id}/messages{suffix}"
        status, answer, headers = await shared_house.call("POST", path, json=TEXT)
        assert status == 200
        assert answer["contacts"] == [{"input": "+49 151 000", "wa_id": "49151000"}]
        assert answer["messages"][0]["id"].startswith("wamid.HBgL")
        assert headers["Content-Type"] == "application/json; charset=UTF-8"
        assert headers["facebook-api-version"]

    async def test_form_encoding_carries_objects_as_json(self, shared_house: House) -> None:
        form = {"messaging_product": "whatsapp", "to": "49151000", "type": "text", "text": '{"body":"hi"}'}
        path = f"/{shared_house.company.phone_number_id}/messages"
        status, answer, _ = await shared_house.call("POST", path, data=form)
        assert status == 200, answer

    async def test_multipart(self, shared_house: House) -> None:
        form = aiohttp.FormData(default_to_multipart=True)
        form.add_field("messaging_product", "whatsapp")
        form.add_field("to", "49151000")
        form.add_field("text", '{"body":"hi"}')
        status, answer, _ = await shared_house.call(
            "POST", f"/{shared_house.company.phone_number_id}/messages", data=form
        )
        assert status == 200, answer

    async def test_query_parameters(self, shared_house: House) -> None:
        query = urlencode({"messaging_product": "whatsapp", "to": "49151000", "text": '{"body":"hi"}'})
        status, answer, _ = await shared_house.call("POST", f"/{shared_house.company.phone_number_id}/messages?{query}")
        assert status == 200, answer

    async def test_chunked_body_without_a_length(self, shared_house: House) -> None:
        async def chunks() -> Any:
            for byte in json.dumps(TEXT).encode():
                yield bytes([byte])

        headers = {**shared_house.headers, "Content-Type": "application/json"}
        status, answer, _ = await shared_house.call(
            "POST", f"/{shared_house.company.phone_number_id}/messages", data=chunks(), headers=headers
        )
        assert status == 200, answer

    async def test_json_under_a_form_content_type(self, shared_house: House) -> None:
        headers = {**shared_house.headers, "Content-Type": "application/x-www-form-urlencoded"}
        path = f"/{shared_house.company.phone_number_id}/messages"
        status, answer, _ = await shared_house.call("POST", path, data=json.dumps(TEXT).encode(), headers=headers)
        assert status == 200, answer

    async def test_unknown_keys_are_ignored_and_null_is_absent(self, shared_house: House) -> None:
        more = {"context": None, "surprise": {"a": 1}, "recipient_type": "individual", "status": None, "template": None}
        status, answer = await shared_house.post({**TEXT, **more})
        assert status == 200, answer


class TestTokens:
    async def test_token_in_the_query(self, shared_house: House) -> None:
        path = f"/{shared_house.company.phone_number_id}/messages?access_token={shared_house.token}"
        status, answer, _ = await shared_house.call("POST", path, json=TEXT, headers={})
        assert status == 200, answer

    async def test_token_in_a_form(self, shared_house: House) -> None:
        form = {
            "messaging_product": "whatsapp",
            "to": "49151000",
            "text": '{"body":"hi"}',
            "access_token": shared_house.token,
        }
        path = f"/{shared_house.company.phone_number_id}/messages"
        status, answer, _ = await shared_house.call("POST", path, data=form, headers={})
        assert status == 200, answer

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic abc"}])
    async def test_without_a_known_token_the_answer_is_401_and_190(
        self, shared_house: House, headers: dict[str, str]
    ) -> None:
        status, answer, _ = await shared_house.call(
            "POST", f"/{shared_house.company.phone_number_id}/messages", json=TEXT, headers=headers
        )
        assert (status, answer["error"]["code"], answer["error"]["type"]) == (401, 190, "OAuthException")
        assert "Cannot parse access token" in answer["error"]["message"]


class TestErrors:
    @pytest.mark.parametrize(
        ("change", "code", "named"),
        [
            ({"messaging_product": None}, 100, "messaging_product"),
            ({"messaging_product": "sms"}, 100, "'sms'"),
            ({"to": None}, 100, "to: got nothing"),
            ({"to": "not a number"}, 131009, "'not a number'"),
            ({"to": ["4915100"]}, 100, "to"),
            ({"type": "hologram"}, 131051, "'hologram'"),
            ({"text": None}, 131008, "text"),
            ({"text": {}}, 131008, "text.body"),
            ({"text": {"body": 7}}, 100, "text.body"),
            ({"text": {"body": "x" * 4097}}, 100, "4097"),
            ({"text": {"body": ""}}, 100, "text.body"),
            ({"type": 5}, 100, "type: got 5, expected a string"),
            ({"context": {"message_id": 5}}, 100, "context.message_id"),
            ({"context": "wamid"}, 100, "context"),
            ({"biz_opaque_callback_data": "x" * 513}, 100, "513"),
            ({"recipient_type": "group"}, 100, "'group'"),
            ({"to": None, "recipient": "nonsense"}, 131009, "'nonsense'"),
            ({"status": "deleted"}, 100, "'deleted'"),
            ({"status": "read"}, 131008, "message_id"),
            ({"status": "read", "message_id": "wamid.x"}, 131009, "message_id"),
            ({"type": "template", "template": {}}, 131008, "template.name"),
            ({"type": "template", "template": {"name": "x"}}, 131008, "template.language"),
            ({"type": "template", "template": {"name": 5, "language": {"code": "de"}}}, 100, "template.name"),
        ],
    )
    async def test_a_wrong_request_is_told_field_value_and_limit(
        self, shared_house: House, change: dict[str, Any], code: int, named: str
    ) -> None:
        status, answer = await shared_house.post({**TEXT, **change})
        assert status == 400
        assert is_graph_error(answer)
        assert answer["error"]["code"] == code, answer
        assert named in answer["error"]["error_data"]["details"]
        assert answer["error"]["message"].startswith(f"(#{code}) ")

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"nul", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"to":' * 5000]
    )
    async def test_broken_json(self, shared_house: House, body: bytes) -> None:
        path = f"/{shared_house.company.phone_number_id}/messages"
        status, answer, _ = await shared_house.call("POST", path, data=body)
        assert status == 400
        assert answer["error"]["code"] == 100

    async def test_a_body_that_says_it_is_too_large_is_not_read(self, shared_house: House) -> None:
        async def endless() -> Any:
            for _ in range(1600):
                yield b"x" * 65_536

        headers = {**shared_house.headers, "Content-Length": str(1600 * 65_536)}
        path = f"/{shared_house.company.phone_number_id}/messages"
        status, answer, _ = await shared_house.call("POST", path, data=endless(), headers=headers)
        assert status == 413
        assert "104857600 bytes" in answer["error"]["error_data"]["details"]

    async def test_a_chunked_body_that_grows_too_large_is_refused(self, shared_house: House) -> None:
        async def endless() -> Any:
            for _ in range(40):
                yield b" " * 65_536

        path = f"/{shared_house.company.phone_number_id}/messages"
        status, answer, _ = await shared_house.call("POST", path, data=endless())
        assert status == 413
        assert is_graph_error(answer)

    @pytest.mark.parametrize(
        ("method", "path", "expected"),
        [
            ("GET", "/nothing/here", 404),
            ("POST", "/{phone}/nothing", 404),
            ("GET", "/{phone}/messages/deeper/still", 404),
            ("GET", "/{phone}/messages", 405),
            ("DELETE", "/{phone}/messages", 405),
            ("PATCH", "/{phone}/messages", 405),
            ("GET", "/{phone}%00", 404),
            ("GET", "/123456789012345", 400),
            ("POST", "/123456789012345/messages", 400),
            ("GET", "/", 400),
        ],
    )
    async def test_whatever_is_asked_for_in_vain_gets_json(
        self, shared_house: House, method: str, path: str, expected: int
    ) -> None:
        status, answer, headers = await shared_house.call(
            method, path.format(phone=shared_house.company.phone_number_id)
        )
        assert status == expected
        assert is_graph_error(answer)
        assert headers["Content-Type"].startswith("application/json")

    async def test_what_is_no_http_gets_json(self, shared_house: House) -> None:
        host, port = shared_house.gateway.url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\nContent-Length: many\r\n\r\n")
        answer = await reader.read()
        writer.close()
        assert b" 400 " in answer.partition(b"\r\n")[0]
        assert is_graph_error(json.loads(answer.partition(b"\r\n\r\n")[2]))

    async def test_the_trace_id_of_an_error_stands_in_the_log(
        self, shared_house: House, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _, answer = await shared_house.post({"to": None})
        assert answer["error"]["fbtrace_id"] in "".join(capsys.readouterr())

    async def test_a_valid_token_at_the_root_gets_another_type_of_error_than_an_invalid_one(
        self, shared_house: House
    ) -> None:
        valid = (await shared_house.call("GET", "/v13.0/"))[1]["error"]["type"]
        invalid = (await shared_house.call("GET", "/v13.0/", headers={"Authorization": "Bearer no"}))[1]["error"][
            "type"
        ]
        assert (valid, invalid) == ("GraphMethodException", "OAuthException")
