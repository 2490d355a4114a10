"""Calls of a relay: login when needed, one new try after a refused token, and errors that say what helps."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from handschlag.clock import MovableClock
from handschlag.relay_client.errors import RelayRefused, RelayUnreachable
from handschlag.relay_client.http import RelayHttp
from handschlag.wire.http import Login
from handschlag.wire.ids import AccountId, DeviceId
from handschlag.wire.signed import SignedRecord, SigningKey, verify_record

ACCOUNT, DEVICE = AccountId("@" + "a" * 26 + ":relay.example"), DeviceId("ABCDEFGHIJ")


class Participant:
    account, device, signer = ACCOUNT, DEVICE, SigningKey(bytes(32))


class Desk:
    """A relay whose answers the test writes down."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.answers: list[tuple[int, Any]] = []
        self.logins: list[SignedRecord] = []
        self.seconds = 86_400
        self.clock = MovableClock()

    async def serve(self, request: web.Request) -> web.Response:
        if request.path == "/v1/auth/challenge":
            return web.json_response({"challenge": f"challenge {len(self.logins)}", "expires_at": 0})
        if request.path == "/v1/auth/token":
            self.logins.append(msgspec.json.decode(await request.read(), type=dict[str, SignedRecord])["login"])
            expires_at = int(self.clock.now()) + self.seconds
            return web.json_response(
                {"token": f"token{len(self.logins)}", "expires_at": expires_at, "time": int(self.clock.now())}
            )
        self.calls.append((request.method, request.raw_path, request.headers.get("Authorization", "")))
        status, body = self.answers.pop(0) if self.answers else (200, {"businesses": []})
        return web.Response(status=status, body=body if isinstance(body, bytes) else msgspec.json.encode(body))


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@pytest.fixture
async def http(desk: Desk) -> AsyncIterator[RelayHttp]:
    application = web.Application()
    application.router.add_route("*", "/{rest:.*}", desk.serve)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as session:
        yield RelayHttp(f"http://127.0.0.1:{runner.addresses[0][1]}/", session, Participant(), desk.clock)
    await runner.cleanup()


def refused(status: int, code: str) -> tuple[int, Any]:
    return status, {"error": {"code": code, "message": "no"}}


class TestLogin:
    async def test_a_login_is_signed_over_the_challenge_and_serves_many_calls(
        self, desk: Desk, http: RelayHttp
    ) -> None:
        for _ in range(3):
            await http.consent()
        (record,) = desk.logins
        login = verify_record(record, Participant.signer.public, Login, "login")
        assert login == Login(relay="relay.example", account=ACCOUNT, device=DEVICE, challenge="challenge 0")
        assert {authorization for _, _, authorization in desk.calls} == {"Bearer token1"}

    async def test_a_token_is_renewed_before_it_ends(self, desk: Desk, http: RelayHttp) -> None:
        await http.consent()
        desk.clock.advance(desk.seconds - 299)
        await http.consent()
        assert [authorization for _, _, authorization in desk.calls] == ["Bearer token1", "Bearer token2"]

    async def test_a_refused_token_is_followed_by_one_new_login_and_one_new_try(
        self, desk: Desk, http: RelayHttp
    ) -> None:
        desk.answers = [refused(401, "unauthorized")]
        await http.consent()
        assert [authorization for _, _, authorization in desk.calls] == ["Bearer token1", "Bearer token2"]
        desk.answers = [refused(401, "unauthorized"), refused(401, "unauthorized")]
        with pytest.raises(RelayRefused) as found:
            await http.consent()
        assert (found.value.status, len(desk.calls)) == (401, 4)


class TestErrors:
    @pytest.mark.parametrize(
        ("answer", "temporary"),
        [
            (refused(409, "conflict"), False), (refused(403, "forbidden"), False), (refused(429, "rate_limited"), True),
            (refused(500, "unavailable"), True), ((502, b"<html>proxy</html>"), True), ((404, b""), True), ((302, b""), True),
        ],
    )  # fmt: skip
    async def test_a_refusal_says_whether_trying_again_can_help(
        self, desk: Desk, http: RelayHttp, answer: tuple[int, Any], temporary: bool
    ) -> None:
        desk.answers = [answer]
        with pytest.raises(RelayRefused) as found:
            await http.consent()
        assert (found.value.status, found.value.temporary) == (answer[0], temporary)

    @pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"businesses":5}', b"\xff"])
    async def test_an_answer_of_another_form_is_no_answer(self, desk: Desk, http: RelayHttp, body: bytes) -> None:
        desk.answers = [(200, body)]
        with pytest.raises(RelayUnreachable):
            await http.consent()

    async def test_a_relay_that_is_not_there_is_unreachable_and_the_error_names_nobody(self, http: RelayHttp) -> None:
        http.base_url = "http://127.0.0.1:1"
        with pytest.raises(RelayUnreachable) as found:
            await http.block(ACCOUNT)
        assert ACCOUNT not in str(found.value)


async def test_a_name_with_a_slash_becomes_no_other_path(desk: Desk, http: RelayHttp) -> None:
    desk.answers = [refused(404, "not_found")] * 2
    for name in ("../relay", "a/b?c#d"):
        with pytest.raises(RelayRefused):
            await http.company_card(name)
    assert [path for _, path, _ in desk.calls] == ["/v1/companies/..%2Frelay", "/v1/companies/a%2Fb%3Fc%23d"]
