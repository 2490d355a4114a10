"""Bad input at every HTTP door: the right error object, never a traceback, never a 5xx."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from handschlag.relay.app import Relay
from handschlag.relay.http.routes import ROUTES
from handschlag.wire.limits import HTTP_BODY_BYTES
from tests.relay.conftest import both_databases
from tests.support.relay_door import Door
from tests.support.relay_party import Party

WITH_BODY = [
    (route.method, route.path)
    for route in ROUTES
    if isinstance(route, web.RouteDef)
    and route.method in {"POST", "PUT"}
    and "{" not in route.path
    # Files are no JSON: test_media.py and test_pictures.py ask those doors. A link and a trial are asked for without a word.
    and route.path not in {"/v1/media", "/v1/company/picture", "/v1/links", "/v1/push/test"}
]
STRANGERS = {"/v1/accounts", "/v1/auth/challenge", "/v1/auth/token"}
CARDS = {"/v1/companies/{name}", "/v1/companies/{name}/picture", "/v1/directory"}
OPEN = CARDS | {"/health", "/metrics", "/v1/relay", "/v1/live"}
# Who joins an account has no token yet: test_devices.py asks these doors.
JOINING = {"/v1/accounts/{account}/devices", "/v1/links", "/v1/links/{id}", "/v1/links/{id}/{number}"}
NO_TOKEN_NEEDED = OPEN | STRANGERS | JOINING
# Of these paths one method alone: who comes back has nothing but the recovery code.
WITHOUT_TOKEN = {("POST", "/v1/devices"), ("GET", "/v1/backups/{id}"), ("GET", "/v1/backups/{id}/parts/{part}")}

NO_JSON = [
    b"", b" ", b"{", b"nul", b"'x'", b"{'a':1}", b"\xff\xfe", b'{"a":"\xff"}', b'"\xed\xa0\x80"', b'{"\\ud800":1}', b"[" * 900_000,
    b'{"account":' + b"[" * 400_000, b'{"x":' * 100_000, b"NaN", b"1e999", b'{"a":1}{', b"\0" * 100, b'{"a":"\x01"}',
]  # fmt: skip
WRONG_SHAPES: list[Any] = [
    None,
    5,
    "x",
    [],
    [[]],
    True,
    1.5,
    [None],
    {"record": 5},
    {"login": []},
    {"account": None},
    {"account": {}},
]


@both_databases
async def test_what_is_no_json_is_refused_at_every_door(door: Door, ines: Party) -> None:
    token = await ines.token()
    for method, path in WITH_BODY:
        for raw in NO_JSON:
            answer = await door.call(method, path, raw=raw, token=token)
            assert (answer.status, answer.error["code"]) == (400, "bad_request"), (path, raw[:20])
            assert answer.error["field"], (path, raw[:20])
            assert answer.error["limit"], (path, raw[:20])


async def test_json_of_another_shape_is_refused_at_every_door(door: Door, ines: Party) -> None:
    token = await ines.token()
    for method, path in WITH_BODY:
        for body in WRONG_SHAPES:
            if path.endswith("signatures/upload") and isinstance(body, dict):
                continue
            if path == "/v1/keys/upload" and isinstance(body, dict):
                # All its fields may be left out, and unknown ones are ignored.
                continue
            answer = await door.call(method, path, body=body, raw=b"null" if body is None else None, token=token)
            assert (answer.status, answer.error["code"]) == (400, "bad_request"), (path, body)
            assert answer.error["field"], (path, body)


async def test_an_error_names_the_field_and_what_was_expected(door: Door) -> None:
    wrong = {"account": "@" + "a" * 26 + ":localhost", "device": 5}
    answer = await door.call("POST", "/v1/auth/challenge", wrong)
    assert answer.error["field"] == "device"
    assert answer.error["message"] == "Expected `str`, got `int`"
    answer = await door.call("POST", "/v1/auth/challenge", wrong | {"device": "abc"})
    assert (answer.error["field"], answer.error["seen"]) == ("device", "'abc'")
    assert answer.error["limit"] == "ten upper-case letters"


async def test_unknown_fields_are_ignored(door: Door) -> None:
    body = {"account": "@" + "a" * 26 + ":localhost", "device": "ABCDEFGHIJ", "more": {"x": [1, None, "\0"]}}
    assert (await door.call("POST", "/v1/auth/challenge", body)).status == 200


async def test_numbers_of_any_size_break_nothing(door: Door, ines: Party) -> None:
    token = await ines.token()
    for number in (b"1" * 300, b"-" + b"9" * 300, b"1e300", b"-0", b"1.5"):
        for template in (b'{"device_keys":{"user_id":%b}}', b'{"one_time_keys":{"signed_curve25519:a":{"key":%b}}}'):
            answer = await door.call("POST", "/v1/keys/upload", raw=template % number, token=token)
            assert answer.error["code"] == "bad_request"
        keys = b'{"account":"%b","device_keys":{"device_id":%b}}' % (ines.account.encode(), number)
        assert (await door.call("POST", "/v1/accounts", raw=keys)).error["code"] == "bad_request"


class TestLargeBodies:
    async def test_a_body_beyond_a_mebibyte_is_too_large(self, door: Door, ines: Party) -> None:
        token = await ines.token()
        for method, path in WITH_BODY:
            answer = await door.call(method, path, raw=b'"' + b"x" * HTTP_BODY_BYTES + b'"', token=token)
            assert (answer.status, answer.error["code"], answer.error["field"]) == (413, "too_large", "body"), path
            assert answer.error["limit"] == "at most 1048576 bytes"

    async def test_a_hundred_megabytes_are_not_read_to_the_end(self, door: Door, relay: Relay) -> None:
        read = 0

        async def endless() -> Any:
            nonlocal read
            for _ in range(1600):
                read += 65_536
                yield b"x" * 65_536

        try:
            async with door.session.post(f"{relay.url}/v1/accounts", data=endless()) as response:
                assert response.status == 413
        except aiohttp.ClientError:
            # The relay has answered and gone while this side still wrote.
            pass
        assert read < 30_000_000
        assert (await door.call("GET", "/health")).status == 200


class TestRoutes:
    async def test_every_door_but_the_strangers_asks_for_a_token(self, door: Door) -> None:
        for route in ROUTES:
            assert isinstance(route, web.RouteDef)
            path = re.sub(r"\{\w+\}", "x", route.path)
            answer = await door.call(route.method, path, raw=b"{}")
            if route.path in NO_TOKEN_NEEDED or (route.method, route.path) in WITHOUT_TOKEN:
                assert answer.status != 401, route.path
            else:
                assert (answer.status, answer.error["code"]) == (401, "unauthorized"), route.path

    @pytest.mark.parametrize(
        "path", ["/", "/v1", "/v1/", "/v2/relay", "/v1/relay/", "/v1/accounts/x", "/%2e%2e/etc", "/v1//live"]
    )
    async def test_what_is_not_there_is_not_found(self, door: Door, path: str) -> None:
        answer = await door.call("GET", path)
        assert (answer.status, answer.error["code"]) == (404, "not_found")

    async def test_another_method_is_refused(self, door: Door) -> None:
        for method in ("GET", "DELETE", "PATCH"):
            answer = await door.call(method, "/v1/accounts")
            assert (answer.status, answer.error["code"]) == (405, "bad_request")

    @pytest.mark.parametrize(
        "name", ["%00", "a%00b", "%ED%A0%80", "@%FF", "x" * 4000, "@" + "z" * 26 + ":localhost", "%F0%9F%9A%80"]
    )
    async def test_names_of_any_spelling_in_a_path_break_nothing(self, door: Door, ines: Party, name: str) -> None:
        token = await ines.token()
        for method, path in (
            ("GET", f"/v1/companies/{name}/templates"),
            ("PUT", f"/v1/blocks/{name}"),
            ("DELETE", f"/v1/blocks/{name}"),
        ):
            answer = await door.call(method, path, token=token)
            assert answer.status in {200, 400, 404}, (path, answer)

    async def test_bytes_that_are_no_http_get_an_answer_without_a_traceback(self, relay: Relay) -> None:
        address = urlsplit(relay.url)
        for raw in (b"\0\0\0\0\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
                    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: " + b"y" * 20_000 + b"\r\n\r\n"):  # fmt: skip
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(raw)
            writer.write_eof()
            answer = await reader.read()
            writer.close()
            assert b"Traceback" not in answer
            assert b" 500 " not in answer[:40]

    async def test_who_goes_away_in_the_middle_hurts_nobody(self, relay: Relay, door: Door) -> None:
        address = urlsplit(relay.url)
        for _ in range(20):
            _, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(b'POST /v1/accounts HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"account":')
            await writer.drain()
            writer.transport.abort()
        assert (await door.call("GET", "/health")).status == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_texts_with_nul_reach_every_statement_on_postgresql_as_refusals(
    door: Door, ines: Party, airline: Party
) -> None:
    """PostgreSQL keeps no NUL in a text; whoever sends one hears which field it was in."""
    token = await ines.token()
    for path, body in (
        ("/v1/accounts", {"account": "\0", "device_keys": {}}),
        ("/v1/auth/challenge", {"account": "\0", "device": "\0"}),
        ("/v1/keys/query", {"device_keys": {"\0": []}}),
        ("/v1/keys/claim", {"one_time_keys": {"\0": {"\0": "\0"}}}),
    ):
        answer = await door.call("POST", path, body, token=token)
        assert (answer.status, bool(answer.error["field"])) == (400, True), path
    claim = {"one_time_keys": {airline.account: {"\0": "\0"}}}
    assert (await door.call("POST", "/v1/keys/claim", claim, token=token)).body["one_time_keys"] == {}
