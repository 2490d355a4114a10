"""Sealed files that come in several requests: repeated without harm, appended where they stopped, and forgotten in time (spec/wire.md section 5)."""

from __future__ import annotations

import asyncio
import secrets

from sqlalchemy import select

from handschlag.clock import MovableClock
from handschlag.relay.app import Relay
from handschlag.relay.storage.schema import media_usage
from handschlag.wire.limits import SEALED_MEDIA_BYTES, UPLOADS_PER_ACCOUNT
from tests.relay.conftest import StartRelay, both_databases
from tests.relay.shared_relay import SharedRelay, files_of
from tests.support.relay_door import Answer
from tests.support.relay_party import Party

CONTENT = secrets.token_bytes(1_000_000)


def new_id() -> str:
    return secrets.token_hex(24)


async def begin(party: Party, id_: str, size: int = len(CONTENT)) -> Answer:
    return await party.door.call("POST", "/v1/media/uploads", {"id": id_, "bytes": size}, token=await party.token())


async def offset_of(party: Party, id_: str) -> int:
    return int((await begin(party, id_)).body["offset"])


async def append(party: Party, id_: str, offset: object, content: bytes) -> Answer:
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return await party.door.call(
        "PATCH", f"/v1/media/uploads/{id_}", raw=content, token=await party.token(), headers=headers
    )


def refused(answer: Answer, status: int, code: str, field: str | None = None) -> None:
    assert (answer.status, answer.error["code"]) == (status, code), answer
    if field is not None:
        assert answer.error["field"] == field


async def fetched(party: Party, id_: str) -> bytes:
    answer = await party.door.call("GET", f"/v1/media/{id_}", token=await party.token())
    assert answer.status == 200, answer
    content: bytes = answer.body
    return content


async def cut(relay: Relay, party: Party, id_: str, offset: int, content: bytes) -> None:
    """Announce `content`, send most of it, and let the connection end when some of that has arrived."""
    host, _, port = party.door.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"PATCH /v1/media/uploads/{id_} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {await party.token()}\r\n"
        f"Upload-Offset: {offset}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    writer.write(head.encode() + content[:-100_000])
    await writer.drain()
    async with asyncio.timeout(10):
        while await relay.context.media.uploads.size(id_) <= offset:
            await asyncio.sleep(0.005)
    writer.close()
    await writer.wait_closed()


async def used_by(relay: Relay, party: Party) -> int:
    rows = await relay.store.read(
        lambda connection: list(
            connection.execute(select(media_usage.c.bytes).where(media_usage.c.account == party.account)).scalars()
        )
    )
    return sum(rows)


@both_databases
async def test_a_file_comes_in_parts_and_after_a_cut(relay: Relay, ines: Party, airline: Party) -> None:
    """The upload goes on exactly where the relay has it; nobody sees the file before it is whole, and then it is like any other."""
    id_ = new_id()
    begun = await begin(ines, id_)
    assert (begun.status, begun.body["offset"], begun.body["bytes"]) == (200, 0, len(CONTENT))
    assert (await append(ines, id_, 0, CONTENT[:100_000])).body["offset"] == 100_000
    await cut(relay, ines, id_, 100_000, CONTENT[100_000:])
    async with asyncio.timeout(10):
        # The relay has to notice that the caller is gone.
        while (answer := await append(ines, id_, at := await offset_of(ines, id_), CONTENT[at:950_000])).status != 200:
            assert answer.status in {409, 429}, answer
            await asyncio.sleep(0.01)
    assert 100_000 < at <= 900_000
    assert await offset_of(ines, id_) == 950_000
    last = await append(ines, id_, 950_000, CONTENT[950_000:])
    assert last.body["offset"] == len(CONTENT)
    assert await fetched(airline, id_) == CONTENT
    assert await used_by(relay, ines) == len(CONTENT)
    again = await begin(ines, id_)
    assert (again.status, again.body) == (200, last.body)
    assert await relay.context.media.uploads.list() == []


class TestUploads(SharedRelay):
    async def test_every_step_may_be_repeated(self, ines: Party, relay: Relay) -> None:
        id_, used = new_id(), await used_by(relay, ines)
        for _ in range(2):
            assert (await begin(ines, id_, 10)).body["offset"] == 0
        assert (await append(ines, id_, 0, b"01234")).body["offset"] == 5
        refused(await append(ines, id_, 0, b"01234"), 409, "conflict", field="Upload-Offset")
        assert (await begin(ines, id_, 10)).body["offset"] == 5
        assert (await append(ines, id_, 5, b"56789")).body["offset"] == 10
        assert await fetched(ines, id_) == b"0123456789"
        assert await used_by(relay, ines) == used + 10

    async def test_an_id_belongs_to_one_file_of_one_account(self, ines: Party, airline: Party) -> None:
        id_ = new_id()
        await begin(ines, id_, 3)
        refused(await begin(airline, id_, 3), 409, "conflict", field="id")
        refused(await begin(ines, id_, 4), 409, "conflict", field="id")
        refused(await append(airline, id_, 0, b"abc"), 404, "not_found", field="id")
        assert (await append(ines, id_, 0, b"abc")).status == 200
        refused(await begin(airline, id_, 3), 409, "conflict", field="id")
        refused(await append(ines, id_, 3, b"d"), 404, "not_found", field="id")
        assert await fetched(airline, id_) == b"abc"

    async def test_what_no_file_is_is_refused(self, ines: Party) -> None:
        for id_ in ("", "x", "../../etc/passwd", new_id().upper(), new_id() + "0"):
            refused(await begin(ines, id_), 400, "bad_request", field="id")
        for size in (0, -1, SEALED_MEDIA_BYTES + 1):
            refused(await begin(ines, new_id(), size), 400, "bad_request", field="bytes")
        id_ = new_id()
        await begin(ines, id_, 5)
        for offset in ("", "-1", "one", "1" * 30):
            refused(await append(ines, id_, offset, b"abc"), 400, "bad_request", field="Upload-Offset")
        refused(await append(ines, id_, 0, b"abcdef"), 400, "bad_request", field="body")
        refused(await append(ines, id_, 0, b""), 400, "bad_request", field="body")
        assert (await ines.door.call("PATCH", f"/v1/media/uploads/{id_}", raw=b"abc")).status == 401
        assert (await append(ines, id_, 0, b"abcde")).status == 200

    async def test_an_upload_that_is_dropped_leaves_nothing_and_counts_what_came(
        self, ines: Party, relay: Relay
    ) -> None:
        id_, used = new_id(), await used_by(relay, ines)
        await begin(ines, id_, 1000)
        await append(ines, id_, 0, bytes(300))
        path = f"/v1/media/uploads/{id_}"
        assert (await ines.door.call("DELETE", path, token=await ines.token())).status == 200
        assert (await ines.door.call("DELETE", path, token=await ines.token())).status == 404
        assert await used_by(relay, ines) == used + 300
        assert id_ not in await relay.context.media.uploads.list()


async def test_an_account_has_so_many_uploads_at_once_and_each_a_day(
    relay: Relay, ines: Party, clock: MovableClock
) -> None:
    ids = [new_id() for _ in range(UPLOADS_PER_ACCOUNT)]
    for id_ in ids:
        assert (await begin(ines, id_, 10)).status == 200
    refused(await begin(ines, new_id(), 10), 429, "rate_limited")
    await append(ines, ids[0], 0, b"01234")
    used = await used_by(relay, ines)
    clock.advance(86_401.0)
    await relay.expire_now()
    refused(await append(ines, ids[0], 5, b"56789"), 404, "not_found", field="id")
    assert used == UPLOADS_PER_ACCOUNT * 10
    assert await relay.context.media.uploads.list() == []
    assert files_of(relay) == []
    assert (await begin(ines, ids[0], 10)).body["offset"] == 0


async def test_what_came_is_there_after_a_restart(relay: Relay, start_relay: StartRelay, ines: Party) -> None:
    """Also a file that came whole just before the end: it is stored when its sender asks how far it is."""
    half, whole = new_id(), new_id()
    await begin(ines, half, 10)
    await append(ines, half, 0, b"01234")
    await begin(ines, whole, 5)
    folder = relay.settings.data / "uploads"
    await relay.stop()
    (folder / whole).write_bytes(b"abcde")
    (folder / new_id()).write_bytes(b"what nobody knows")
    again = await start_relay()
    ines.door.url = again.url
    assert (await begin(ines, half, 10)).body["offset"] == 5
    assert (await begin(ines, whole, 5)).body["offset"] == 5
    assert await fetched(ines, whole) == b"abcde"
    await again.expire_now()
    assert await again.context.media.uploads.list() == [half]
