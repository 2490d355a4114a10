"""Received files: an id and an address in the message's commit, fetched behind it, checked, and served; what is wrong is not."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import msgspec
import pytest

from handschlag.content.media import MediaFile
from handschlag.gateway.actions.media.bring_media import MediaSource, bring_media
from handschlag.gateway.actions.media.keep_incoming_media import IncomingMedia, keep_incoming_media
from handschlag.gateway.storage.media import find_media
from handschlag.relay_client.media import download_file, upload_file
from tests.gateway.house import House
from tests.gateway.media.files import PNG, fetch, objects_of
from tests.support.waiting import until

CONTENT = PNG + secrets.token_bytes(200_000)
DAY = 86_400


async def sent(house: House, content: bytes = CONTENT, mime_type: str = "image/png") -> MediaFile:
    """Return the pointer to a file a customer brought to the relay."""
    customer = house.customers[0] if house.customers else await house.customer_without_waiting()
    return await upload_file(customer.http, content, mime_type)


async def keep(house: House, file: MediaFile) -> IncomingMedia:
    running = house.gateway.running
    customer = house.customers[0].account
    kept = keep_incoming_media(running, running.companies[house.company.id], customer, file, house.clock.now())
    await running.store.flushed()
    return kept


async def here(house: House, kept: IncomingMedia) -> None:
    await until(lambda: house.gateway.running.media.known[kept.id].row.object)


def blob_path(house: House, file: MediaFile) -> Path:
    folder = house.relay.context.media.objects.folder
    assert folder is not None
    return folder / file.blob.id[:2] / file.blob.id


async def test_a_received_file_is_fetched_checked_and_served_for_seven_days(house: House) -> None:
    kept = await keep(house, await sent(house))
    assert kept.failure is None
    await here(house, kept)
    assert CONTENT[:1000] not in b"".join(
        path.read_bytes() for path in (house.folder / "gateway").rglob("*") if path.is_file()
    )
    assert (await fetch(house, kept.url))[:2] == (200, CONTENT)
    status, node, _ = await house.call("GET", f"/v23.0/{kept.id}")
    assert (status, node["file_size"], node["mime_type"]) == (200, len(CONTENT), "image/png")
    house.clock.advance(301)
    assert (await fetch(house, kept.url))[0] == 403
    house.clock.advance(7 * DAY)
    status, answer, _ = await house.call("GET", f"/v23.0/{kept.id}")
    assert (status, answer["error"]["error_subcode"]) == (400, 33)


@pytest.mark.asyncio(loop_scope="module")
async def test_who_asks_before_it_is_here_gets_it_all_the_same(
    shared_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker is held up, so that the question is what fetches it; many questions fetch it once."""

    async def nothing(_workers: object) -> None:
        """Fetch nothing."""

    monkeypatch.setattr("handschlag.gateway.workers.media_workers.MediaWorkers._round", nothing)
    before = len(objects_of(shared_house))
    kept = await keep(shared_house, await sent(shared_house))
    answers = await asyncio.gather(
        fetch(shared_house, kept.url, "HEAD"), *(fetch(shared_house, kept.url) for _ in range(3))
    )
    assert answers[0][2]["Content-Length"] == str(len(CONTENT))
    assert [answer[:2] for answer in answers[1:]] == [(200, CONTENT)] * 3
    assert len(objects_of(shared_house)) == before + 1


async def test_a_file_that_was_not_fetched_when_the_process_ended_is_fetched_after_the_next_start(house: House) -> None:
    file = await sent(house)
    house.gateway.running.media.wake_fetcher = lambda: None
    kept = await keep(house, file)
    await house.restart_gateway()

    async def fetched() -> bool:
        row = await house.gateway.running.store.read(lambda connection: find_media(connection, kept.id))
        return row is not None and row.object is not None

    async with asyncio.timeout(10):
        while not await fetched():
            await asyncio.sleep(0.01)


async def test_a_relay_that_is_away_is_asked_again_for_hours(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handschlag.relay_client.media.wait_before", lambda *_args: 0.0)
    file, port = await sent(house), house.relay.port
    await house.customers[0].disconnect()
    await house.relay.stop()
    kept = await keep(house, file)
    known = house.gateway.running.media.known
    await until(lambda: known[kept.id].row.attempts == 1)
    assert known[kept.id].row.next_try > house.clock.now()
    status, _, headers = await fetch(house, kept.url)
    assert (status, headers["Retry-After"]) == (500, "5")
    house.restart_relay(port)
    await house.relay.start()
    house.clock.advance(3600)
    house.gateway.running.media.wake_fetcher()
    await here(house, kept)


@pytest.mark.asyncio(loop_scope="module")
class TestWhatIsWrong:
    async def refused(self, house: House, kept: IncomingMedia, why: str) -> None:
        """Node, address and sending answer with the reason, and nothing of the file is kept."""
        await until(lambda: house.gateway.running.media.known[kept.id].row.failure)
        for method in ("GET", "HEAD"):
            status, content, _ = await fetch(house, kept.url, method)
            assert status == 400
            assert method == "HEAD" or (b"131052" in content and why.encode() in content)
        status, answer, _ = await house.call("GET", f"/v23.0/{kept.id}")
        assert (status, answer["error"]["code"]) == (400, 131052)
        assert why in answer["error"]["error_data"]["details"]
        known = house.gateway.running.media.known.values()
        assert len(objects_of(house)) == sum(file.row.object is not None for file in known)

    async def test_bytes_the_relay_changed(self, shared_house: House) -> None:
        file = await sent(shared_house)
        path = blob_path(shared_house, file)
        sealed = bytearray(path.read_bytes())
        sealed[100_000] ^= 1
        path.write_bytes(sealed)
        await self.refused(shared_house, await keep(shared_house, file), "is not the one that was sent")

    async def test_a_hash_or_a_size_that_does_not_match(self, shared_house: House) -> None:
        file = await sent(shared_house)
        await self.refused(
            shared_house,
            await keep(shared_house, msgspec.structs.replace(file, sha256="A" * 43 + "=")),
            "is not the one",
        )
        for size in (10, len(CONTENT) + 70_000):
            await self.refused(
                shared_house, await keep(shared_house, msgspec.structs.replace(file, file_size=size)), "is not the one"
            )

    async def test_a_file_the_relay_has_no_more(self, shared_house: House) -> None:
        file = await sent(shared_house)
        await shared_house.customers[0].http.delete_media(file.blob.id)
        await self.refused(shared_house, await keep(shared_house, file), "the relay has the file no more")

    async def test_a_file_over_100_mb_is_not_even_fetched_and_the_webhook_may_say_so(self, shared_house: House) -> None:
        file = msgspec.structs.replace(await sent(shared_house), file_size=100 * 1024 * 1024 + 1)
        kept = await keep(shared_house, file)
        assert kept.failure == "got a file of 104857601 bytes, at most 104857600"
        await self.refused(shared_house, kept, "at most 104857600")

    async def test_a_pointer_that_has_no_key(self, shared_house: House) -> None:
        file = await sent(shared_house)
        kept = await keep(
            shared_house, msgspec.structs.replace(file, blob=msgspec.structs.replace(file.blob, key="AA"))
        )
        assert kept.failure is not None
        await self.refused(shared_house, kept, "without a key")


@pytest.mark.asyncio(loop_scope="module")
async def test_a_received_file_can_be_sent_on(shared_house: House) -> None:
    kept = await keep(shared_house, await sent(shared_house))
    running = shared_house.gateway.running
    company = running.companies[shared_house.company.id]
    file = await bring_media(running, company, MediaSource(id=kept.id), "image")
    assert await download_file(shared_house.customers[0].http, file) == CONTENT
