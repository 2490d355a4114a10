"""Sealed files at the relay: streamed, listed once whole, counted, limited, and gone in time (spec/wire.md section 5)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay.storage.schema import media_usage
from handschlag.relay_client.media import download_file, upload_file
from handschlag.wire.limits import DAY, SEALED_MEDIA_BYTES
from tests.relay.conftest import StartRelay, both_databases
from tests.relay.shared_relay import SharedRelay, files_of
from tests.support.relay_door import Answer, Door
from tests.support.relay_party import Party, refused
from tests.support.waiting import until

CONTENT = secrets.token_bytes(300_000)


async def post(party: Party, content: bytes, **headers: str) -> str:
    """Store bytes as they are and return their id."""
    answer = await party.door.call("POST", "/v1/media", raw=content, token=await party.token(), headers=headers)
    assert answer.status == 201, answer
    assert answer.body["bytes"] == len(content)
    return str(answer.body["id"])


async def get(party: Party, id_: str, method: str = "GET", **headers: str) -> Answer:
    return await party.door.call(method, f"/v1/media/{id_}", token=await party.token(), headers=headers)


async def drip(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


@both_databases
async def test_what_one_account_seals_another_one_opens(airline: Party, ines: Party) -> None:
    file = await upload_file(airline.http, CONTENT, "application/pdf", filename="ticket.pdf")
    assert file.file_size == len(CONTENT)
    assert await download_file(ines.http, file) == CONTENT


async def test_the_relay_keeps_only_what_is_sealed(relay: Relay, airline: Party, tmp_path: Path) -> None:
    secret = b"canary: gate B12" * 100
    path = tmp_path / "document.txt"
    path.write_bytes(secret)
    file = await upload_file(airline.http, path, "text/plain")
    (stored,) = files_of(relay)
    assert stored.name == file.blob.id
    assert b"canary" not in stored.read_bytes()
    assert stored.stat().st_size == len(secret) + 16


class TestDownload(SharedRelay):
    async def test_a_range_gets_its_bytes_and_says_which(self, airline: Party, ines: Party) -> None:
        id_ = await post(airline, b"0123456789")
        for asked, seen, told in (
            ("bytes=2-4", b"234", "bytes 2-4/10"),
            ("bytes=7-", b"789", "bytes 7-9/10"),
            ("bytes=-3", b"789", "bytes 7-9/10"),
            ("bytes=8-99", b"89", "bytes 8-9/10"),
            ("bytes=-99", b"0123456789", "bytes 0-9/10"),
        ):
            answer = await get(ines, id_, Range=asked)
            assert (answer.status, answer.body, answer.headers["Content-Range"]) == (206, seen, told)

    async def test_a_range_of_another_form_gets_the_whole_file(self, airline: Party) -> None:
        id_ = await post(airline, b"0123456789")
        for asked in (
            "bytes=5-2",
            "lines=1-2",
            "bytes=",
            "bytes=-",
            "bytes=1-2,4-5",
            "bytes=a-b",
            f"bytes={'9' * 40}-",
        ):
            answer = await get(airline, id_, Range=asked)
            assert (answer.status, answer.body) == (200, b"0123456789"), asked

    async def test_a_range_behind_the_end_is_refused_with_the_size(self, airline: Party) -> None:
        id_ = await post(airline, b"0123456789")
        for asked in ("bytes=10-", "bytes=999-1000", "bytes=-0"):
            answer = await get(airline, id_, Range=asked)
            assert (answer.status, answer.headers["Content-Range"]) == (416, "bytes */10"), asked

    async def test_head_tells_the_length_without_the_bytes(self, airline: Party) -> None:
        id_ = await post(airline, b"0123456789")
        answer = await get(airline, id_, "HEAD")
        assert (answer.status, answer.headers["Content-Length"], answer.body) == (200, "10", b"")

    async def test_without_a_token_or_the_right_id_there_is_nothing(self, door: Door, airline: Party) -> None:
        id_ = await post(airline, b"0123456789")
        assert (await door.call("GET", f"/v1/media/{id_}")).status == 401
        assert (await door.call("POST", "/v1/media", raw=b"x")).status == 401
        for other in (
            "0" * 48,
            "..%2f..%2frelay.key",
            "%2e%2e/relay.key",
            id_.upper() + "A",
            id_[:-1],
            "%00",
            id_ + "%23" + "1",
        ):
            assert (await get(airline, other)).status == 404, other

    async def test_a_browser_of_an_allowed_origin_may_read_and_ask_for_parts(self, airline: Party) -> None:
        party = airline
        id_ = await post(party, b"0123456789", Origin="https://chat.example")
        answer = await get(party, id_, Origin="https://chat.example", Range="bytes=0-1")
        assert answer.headers["Access-Control-Allow-Origin"] == "https://chat.example"
        assert "Content-Range" in answer.headers["Access-Control-Expose-Headers"]
        asked = {"Origin": "https://chat.example", "Access-Control-Request-Method": "GET"}
        preflight = await party.door.call("OPTIONS", f"/v1/media/{id_}", headers=asked)
        assert "Range" in preflight.headers["Access-Control-Allow-Headers"]


class TestUpload(SharedRelay):
    async def test_a_length_that_is_not_announced_is_refused(
        self, airline: Party, session: aiohttp.ClientSession
    ) -> None:
        headers = {"Authorization": f"Bearer {await airline.token()}"}
        async with session.post(f"{airline.door.url}/v1/media", data=drip(b"abc"), headers=headers) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]["field"] == "Content-Length"

    async def test_more_than_the_largest_file_is_refused_before_it_comes(
        self, airline: Party, relay: Relay, session: aiohttp.ClientSession
    ) -> None:
        before = files_of(relay)
        headers = {"Authorization": f"Bearer {await airline.token()}", "Content-Length": str(SEALED_MEDIA_BYTES + 1)}
        headers["Connection"] = "close"
        async with session.post(f"{airline.door.url}/v1/media", data=drip(b"abc"), headers=headers) as answer:
            assert answer.status == 413
            error = (await answer.json())["error"]
        assert error["code"] == "too_large"
        assert str(SEALED_MEDIA_BYTES) in error["limit"]
        assert files_of(relay) == before

    async def test_nothing_and_what_is_compressed_are_refused(self, airline: Party) -> None:
        for content, headers in ((b"", {}), (b"x", {"Content-Encoding": "gzip"})):
            token = await airline.token()
            answer = await airline.door.call("POST", "/v1/media", raw=content, token=token, headers=headers)
            assert answer.status == 400

    async def test_an_upload_cut_in_the_middle_leaves_nothing(self, relay: Relay, airline: Party) -> None:
        before, used_before = files_of(relay), await used(relay, airline)
        head = (
            f"POST /v1/media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {await airline.token()}\r\n"
            "Content-Length: 20000000\r\n\r\n"
        )
        _, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        writer.write(head.encode() + bytes(12_000_000))
        await writer.drain()
        await until(lambda: relay.context.media.under_way)
        writer.close()
        await until(lambda: not relay.context.media.under_way)
        await until(lambda: files_of(relay) == before)
        # What was announced and did not come is counted back: a whole day's quota less what came is left.
        assert await used(relay, airline) - used_before <= 12_000_000

    async def test_one_account_brings_four_files_at_once_at_most(
        self, relay: Relay, airline: Party, session: aiohttp.ClientSession
    ) -> None:
        headers = {"Authorization": f"Bearer {await airline.token()}", "Content-Length": "3"}
        go_on = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"a"
            await go_on.wait()
            yield b"bc"

        async def bring() -> int:
            async with session.post(f"{airline.door.url}/v1/media", data=slow(), headers=headers) as answer:
                return answer.status

        tasks = [asyncio.create_task(bring()) for _ in range(4)]
        await until(lambda: len(relay.context.media.under_way) == 4)
        answer = await airline.door.call("POST", "/v1/media", raw=b"abc", token=await airline.token())
        assert answer.status == 429
        go_on.set()
        assert await asyncio.gather(*tasks) == [201] * 4
        assert (await airline.door.call("POST", "/v1/media", raw=b"abc", token=await airline.token())).status == 201

    async def test_a_body_that_stops_coming_is_given_up(
        self, airline: Party, relay: Relay, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = files_of(relay)
        monkeypatch.setattr("handschlag.relay.http.media.BODY_SECONDS", 0.1)
        headers = {"Authorization": f"Bearer {await airline.token()}", "Content-Length": "3"}

        async def stuck() -> AsyncIterator[bytes]:
            yield b"a"
            await asyncio.sleep(30)

        async with session.post(f"{airline.door.url}/v1/media", data=stuck(), headers=headers) as answer:
            assert answer.status == 400
            assert "stopped coming" in (await answer.json())["error"]["message"]
        await until(lambda: files_of(relay) == before)


async def used(relay: Relay, party: Party) -> int:
    query = select(media_usage.c.bytes).where(media_usage.c.account == party.account)
    return int(await relay.store.read(lambda connection: connection.execute(query).scalar()) or 0)


class TestQuota:
    @pytest.fixture
    async def relay(self, start_relay: StartRelay) -> Relay:
        return await start_relay(company_media_bytes_per_day=100, customer_media_bytes_per_day=10)

    @both_databases
    async def test_a_customer_and_a_company_have_each_their_own_and_get_it_anew_each_day(
        self, airline: Party, ines: Party, clock: MovableClock
    ) -> None:
        await post(ines, bytes(10))
        answer = await ines.door.call("POST", "/v1/media", raw=b"1", token=await ines.token())
        assert answer.status == 429
        assert answer.error["limit"] == "10 bytes a day"
        assert "1 bytes after 10" in answer.error["seen"]
        assert 0 < float(answer.headers["Retry-After"]) <= DAY
        await post(airline, bytes(100))
        clock.advance(DAY)
        await post(ines, bytes(10))

    async def test_removing_a_file_gives_no_quota_back(self, ines: Party) -> None:
        await ines.http.delete_media(await post(ines, bytes(10)))
        assert (await ines.door.call("POST", "/v1/media", raw=b"1", token=await ines.token())).status == 429


class TestTheEndOfAFile:
    @both_databases
    async def test_after_thirty_days_row_and_object_are_gone(
        self, relay: Relay, airline: Party, clock: MovableClock
    ) -> None:
        id_ = await post(airline, b"0123456789")
        clock.advance(30 * DAY + 1)
        assert (await get(airline, id_)).status == 404
        await relay.expire_now()
        assert not files_of(relay)

    async def test_only_who_brought_it_removes_it(self, relay: Relay, airline: Party, ines: Party) -> None:
        id_ = await post(airline, b"0123456789")
        await refused(ines.http.delete_media(id_), 403, "id")
        await airline.http.delete_media(id_)
        assert (await get(airline, id_)).status == 404
        assert not files_of(relay)
        await refused(airline.http.delete_media(id_), 404)

    async def test_what_a_crash_left_is_cleared_away_and_whole_files_stay(
        self, start_relay: StartRelay, relay: Relay, airline: Party
    ) -> None:
        id_ = await post(airline, b"0123456789")
        folder = relay.context.media.objects.folder
        assert folder is not None
        (folder / "ab").mkdir(exist_ok=True)
        (folder / "ab" / ("ab" + "0" * 46)).write_bytes(b"whole, without a row")
        (folder / "ab" / ("ab" + "1" * 46 + "#1")).write_bytes(b"half written")
        await relay.stop()
        again = await start_relay()
        await again.expire_now()
        assert [path.name for path in files_of(again)] == [id_]
