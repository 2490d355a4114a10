"""How a telephone number is proved (spec/wire.md section 8): codes, tries, limits, whose it is, and how messages leave."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import msgspec
import pytest
from aiohttp import web

from handschlag.clock import MovableClock
from handschlag.content.attestation import check_attestation
from handschlag.relay.app import Relay, create_relay
from handschlag.relay.rules.calling_codes import calling_code, check_number
from handschlag.relay.rules.number_codes import code_text
from handschlag.relay.sms.sender import SmsNotSent
from handschlag.relay.sms.webhook import WebhookSender
from handschlag.wire.errors import WireError
from handschlag.wire.signed import SignedRecord
from tests.relay.conftest import both_databases
from tests.support.participants import relay_settings
from tests.support.relay_party import Party, join

NUMBER = "+4915112345678"
SALT = "A" * 43
MINUTE, DAY = 60, 86_400


class Telephone:
    """Every telephone there is: keeps what is sent to them, unless the network is down."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.down = False

    async def send(self, number: str, text: str) -> None:
        if self.down:
            raise SmsNotSent("status 500")
        self.sent.append((number, text))

    async def close(self) -> None:
        pass

    @property
    def code(self) -> str:
        found = re.search(r"\d{6}", self.sent[-1][1])
        assert found
        return found[0]


@pytest.fixture
def telephone() -> Telephone:
    return Telephone()


@pytest.fixture
def limits() -> dict[str, Any]:
    return {}


@pytest.fixture
async def relay(
    tmp_path: Path, clock: MovableClock, database_url: str, telephone: Telephone, limits: dict[str, Any]
) -> AsyncIterator[Relay]:
    settings = relay_settings(tmp_path / "relay", database_url=database_url, sms_origin="chat.example", **limits)
    made = create_relay(settings, clock, telephone)
    await made.start()
    yield made
    await made.stop()


class Holder:
    """A customer who proves a number."""

    def __init__(self, party: Party) -> None:
        self.party = party

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = await self.party.door.call(method, path, body, token=await self.party.token())
        return answer.status, answer.body if answer.status < 400 else answer.error

    async def asks(self, number: str = NUMBER, **more: Any) -> tuple[int, Any]:
        return await self.call("POST", "/v1/numbers/code", {"number": number, **more})

    async def proves(self, code: str, number: str = NUMBER, salt: str = SALT) -> tuple[int, Any]:
        return await self.call("POST", "/v1/numbers/verify", {"number": number, "code": code, "salt": salt})

    async def knows(self) -> Any:
        return (await self.call("GET", "/v1/numbers"))[1]["numbers"]


@pytest.fixture
async def anna(relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> Holder:
    return Holder(await join(relay, session, clock))


@pytest.fixture
async def bert(relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> Holder:
    return Holder(await join(relay, session, clock))


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


class TestACode:
    @both_databases
    async def test_that_is_right_is_answered_with_the_relays_word(
        self, relay: Relay, anna: Holder, telephone: Telephone, clock: MovableClock
    ) -> None:
        status, answer = await anna.asks(language="de")
        now = pytest.approx(int(clock.now()), abs=2)
        assert (status, answer["expires_at"] - 600, answer["again_at"] - 60) == (200, now, now)
        number, text = telephone.sent[0]
        assert number == NUMBER
        assert text.endswith(f"\n\n@chat.example #{telephone.code}")
        status, answer = await anna.proves(telephone.code)
        assert status == 200, answer
        record = msgspec.convert(answer["attestation"], SignedRecord)
        key = relay.context.secrets.signing_key.public
        check_attestation(record, key, anna.party.account, NUMBER, SALT)
        assert await anna.knows() == [{"calling_code": "49", "attested_at": now}]
        assert (await anna.proves(telephone.code))[0] == 409, "a code serves once"

    @both_databases
    async def test_has_five_tries(self, anna: Holder, telephone: Telephone) -> None:
        await anna.asks()
        wrong = other(telephone.code)
        for left in (4, 3, 2, 1):
            status, error = await anna.proves(wrong)
            assert (status, error["code"], error["limit"]) == (403, "forbidden", f"{left} tries left")
        assert (await anna.proves(wrong))[0] == 409
        assert (await anna.proves(telephone.code))[0] == 409, "the right one comes too late"
        assert await anna.knows() == []

    @both_databases
    async def test_lives_ten_minutes(self, anna: Holder, telephone: Telephone, clock: MovableClock) -> None:
        await anna.asks()
        clock.advance(10 * MINUTE)
        assert (await anna.proves(telephone.code))[0] == 409

    async def test_is_for_one_account_and_one_number(self, anna: Holder, bert: Holder, telephone: Telephone) -> None:
        await anna.asks()
        code = telephone.code
        await bert.asks("+4915187654321")
        assert (await bert.proves(code))[0] == 403
        assert (await anna.proves(code, "+4915187654321"))[0] == 403
        assert (await anna.proves(code))[0] == 200

    async def test_that_is_asked_for_again_replaces_the_one_before(
        self, anna: Holder, telephone: Telephone, clock: MovableClock
    ) -> None:
        await anna.asks()
        before = telephone.code
        status, error = await anna.asks()
        assert (status, error["code"]) == (429, "rate_limited")
        assert error["retry_after"] == pytest.approx(60, abs=1)
        clock.advance(61)
        await anna.asks()
        if before != telephone.code:
            assert (await anna.proves(before))[0] == 403
        assert (await anna.proves(telephone.code))[0] == 200

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"number": "04915112345678"}, "number"), ({"number": "+49"}, "number"), ({"number": "+" + "9" * 16}, "number"),
            ({"number": "+8811234567"}, "number"), ({"number": "+999123456789"}, "number"), ({"number": 7}, "number"),
        ],
    )  # fmt: skip
    async def test_is_not_sent_to_what_is_no_number_of_a_country(
        self, anna: Holder, telephone: Telephone, body: dict[str, Any], field: str
    ) -> None:
        status, error = await anna.call("POST", "/v1/numbers/code", body)
        assert (status, error["field"]) == (400, field)
        assert telephone.sent == []

    async def test_and_salt_have_their_form(self, anna: Holder, telephone: Telephone) -> None:
        await anna.asks()
        assert (await anna.proves("12345"))[1]["field"] == "code"
        assert (await anna.proves(telephone.code, salt="AAAA"))[1]["field"] == "salt"
        assert (await anna.proves(telephone.code))[0] == 200, "neither counted as a try"

    async def test_of_a_service_that_is_down_is_told_and_counted(
        self, anna: Holder, telephone: Telephone, clock: MovableClock
    ) -> None:
        telephone.down = True
        status, error = await anna.asks()
        assert (status, error["code"]) == (503, "unavailable")
        telephone.down = False
        assert (await anna.asks())[0] == 429
        clock.advance(61)
        assert (await anna.asks())[0] == 200

    async def test_is_for_customers(self, relay: Relay, session: aiohttp.ClientSession, clock: MovableClock) -> None:
        company = Holder(await join(relay, session, clock, handle="moewe-air"))
        assert (await company.asks())[0] == 403


class TestANumber:
    @both_databases
    async def test_belongs_to_whoever_proved_it_last(self, anna: Holder, bert: Holder, telephone: Telephone) -> None:
        for holder in (anna, bert):
            await holder.asks()
            assert (await holder.proves(telephone.code))[0] == 200
        assert await anna.knows() == []
        assert len(await bert.knows()) == 1

    @both_databases
    async def test_replaces_the_one_before_and_can_be_taken_away(
        self, anna: Holder, telephone: Telephone, clock: MovableClock
    ) -> None:
        for number in (NUMBER, "+12025550123"):
            await anna.asks(number)
            await anna.proves(telephone.code, number)
            clock.advance(61)
        assert [one["calling_code"] for one in await anna.knows()] == ["1"]
        await anna.asks()
        assert (await anna.call("DELETE", "/v1/numbers"))[0] == 200
        assert await anna.knows() == []
        assert (await anna.proves(telephone.code))[0] == 409

    async def test_and_code_are_nowhere_in_the_folder(
        self, relay: Relay, anna: Holder, telephone: Telephone, tmp_path: Path
    ) -> None:
        await anna.asks()
        code = telephone.code
        await relay.stop()
        stored = b"".join(path.read_bytes() for path in (tmp_path / "relay").rglob("*") if path.is_file())
        assert NUMBER[1:].encode() not in stored
        assert f'"{code}"'.encode() not in stored


class TestADay:
    @both_databases
    @pytest.mark.parametrize("limits", [{"codes_per_account_per_day": 2}])
    async def test_of_an_account_has_so_many_codes(self, anna: Holder, bert: Holder, clock: MovableClock) -> None:
        clock.advance(DAY - clock.now() % DAY + 1)
        for _ in range(2):
            assert (await anna.asks())[0] == 200
            clock.advance(61)
        status, error = await anna.asks()
        assert (status, error["code"]) == (429, "rate_limited")
        assert error["retry_after"] == pytest.approx(DAY - 123, abs=2)
        assert (await bert.asks())[0] == 200
        clock.advance(DAY)
        assert (await anna.asks())[0] == 200

    @pytest.mark.parametrize(
        "limits", [{"codes_per_number_per_day": 1}, {"codes_per_address_per_day": 1}, {"codes_per_day": 1}]
    )
    async def test_of_a_number_an_address_and_the_relay_too(
        self, anna: Holder, bert: Holder, telephone: Telephone
    ) -> None:
        assert (await anna.asks())[0] == 200
        assert (await bert.asks())[0] == 429
        assert len(telephone.sent) == 1

    @pytest.mark.parametrize("limits", [{"sms_countries": ["43", "49"]}])
    async def test_is_spent_in_the_countries_that_the_operator_allows(self, anna: Holder) -> None:
        status, error = await anna.asks("+12025550123")
        assert (status, error["field"], error["seen"], error["limit"]) == (400, "number", "+1", "+43, +49")
        assert (await anna.asks())[0] == 200


async def test_a_relay_without_a_sender_proves_no_numbers(
    tmp_path: Path, session: aiohttp.ClientSession, clock: MovableClock
) -> None:
    made = create_relay(relay_settings(tmp_path / "other"), clock)
    await made.start()
    holder = Holder(await join(made, session, clock))
    assert (await holder.asks())[0] == 404
    assert (await holder.party.door.call("GET", "/v1/relay")).body["numbers"] is False
    await made.stop()


class Service:
    """A text message service of some kind: notes what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, bytes]] = []
        self.status = 202

    async def take(self, request: web.Request) -> web.Response:
        heard = (request.headers.get("Authorization", ""), request.content_type, await request.read())
        self.heard.append(heard)
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        application = web.Application()
        application.router.add_post("/{path:.*}", self.take)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/send"
        await runner.cleanup()


class TestTheWebhookSender:
    TEXT = 'Ihr "Code" ist\n{number} & 123456 ü'

    async def test_posts_json_with_everything_escaped(self) -> None:
        service = Service()
        async with service.running() as url:
            sender = WebhookSender(
                url=url, headers={"Authorization": "Bearer x"}, content_type="application/json",
                body='{"messages":[{"to":"{digits}","body":"{text}"}],"from":"{number}"}',
            )  # fmt: skip
            await sender.send(NUMBER, self.TEXT)
            await sender.close()
        ((authorization, kind, body),) = service.heard
        assert (authorization, kind) == ("Bearer x", "application/json")
        assert msgspec.json.decode(body) == {"messages": [{"to": NUMBER[1:], "body": self.TEXT}], "from": NUMBER}

    async def test_posts_a_form_with_everything_escaped(self) -> None:
        service = Service()
        async with service.running() as url:
            sender = WebhookSender(
                url=url, headers={}, content_type="application/x-www-form-urlencoded", body="To={number}&Body={text}"
            )
            await sender.send(NUMBER, self.TEXT)
            await sender.close()
        assert parse_qs(service.heard[0][2].decode()) == {"To": [NUMBER], "Body": [self.TEXT]}

    @pytest.mark.parametrize("status", [302, 400, 500])
    async def test_says_what_the_service_refused_and_follows_it_nowhere(self, status: int) -> None:
        service = Service()
        service.status = status
        async with service.running() as url:
            sender = WebhookSender(url=url, headers={}, content_type="application/json", body="{}")
            with pytest.raises(SmsNotSent, match=f"status {status}"):
                await sender.send(NUMBER, "x")
            await sender.close()
        assert len(service.heard) == 1

    async def test_says_that_nobody_is_there(self) -> None:
        sender = WebhookSender(url="http://127.0.0.1:9/", headers={}, content_type="application/json", body="{}")
        with pytest.raises(SmsNotSent, match="Client"):
            await sender.send(NUMBER, "x")
        await sender.close()


class TestCountries:
    @pytest.mark.parametrize(
        ("number", "code"),
        [("+12025550123", "1"), ("+79161234567", "7"), ("+4915112345678", "49"), ("+35312345678", "353"), ("+3726123456", "372"),
         ("+99412345678", "994"), ("+420601123456", "420"), ("+999123456789", ""), ("+80012345678", "")],
    )  # fmt: skip
    def test_are_told_by_the_calling_code(self, number: str, code: str) -> None:
        assert calling_code(number) == code

    def test_no_code_begins_with_another(self) -> None:
        codes = {code for n in range(1, 1000) if (code := calling_code(f"+{n}1234567")) == str(n)}
        assert {len(code) for code in codes} == {1, 2, 3}
        assert not [(a, b) for a in codes for b in codes if a != b and b.startswith(a)]

    def test_a_number_has_seven_digits_at_least(self) -> None:
        assert check_number("+4930123") == "49"
        with pytest.raises(WireError, match="7 to 15 digits"):
            check_number("+49301")


def test_the_text_names_the_code_first_so_that_it_is_seen_in_a_notice() -> None:
    text = code_text("012345", "en", relay="relay.example", origin="")
    assert text.startswith("012345 ")
    assert "@" not in text
