"""What messages need of files: at hand or brought, one copy at the relay for many messages, and refusals that say why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import msgspec
import pytest

from handschlag.content.media import MediaFile
from handschlag.gateway.actions.media.bring_media import MediaSource, bring_media, check_media, media_at_hand
from handschlag.gateway.actions.media.clear_media import clear_media
from handschlag.gateway.company import Company
from handschlag.gateway.errors import ApiError, MediaFailed, ValueNotValid
from handschlag.gateway.running import Running
from handschlag.gateway.storage.media import find_media
from handschlag.object_store import ObjectStoreError
from handschlag.relay_client.errors import RelayUnreachable
from handschlag.relay_client.media import download_file
from tests.gateway.house import House
from tests.gateway.media.files import MOVING_WEBP, OGG, PDF, PNG, fetch, objects_of, upload

DAY = 86_400


def place(house: House) -> tuple[Running, Company]:
    return house.gateway.running, house.gateway.running.companies[house.company.id]


async def bring(house: House, id_: str, kind: str = "image") -> MediaFile:
    return await bring_media(*place(house), MediaSource(id=id_), kind)


def blobs_of(house: House) -> int:
    """Return how many files lie at the relay."""
    folder = house.relay.context.media.objects.folder
    assert folder is not None
    return sum(path.is_file() for path in folder.rglob("*"))


async def test_an_uploaded_file_is_brought_to_the_relay_once_for_all_its_messages(house: House) -> None:
    customer = await house.customer_without_waiting()
    id_ = await upload(house, PDF, "application/pdf", filename="ticket.pdf")
    source = MediaSource(id=id_)
    assert media_at_hand(*place(house), source, "document") is None
    assert blobs_of(house) == 0
    files = await asyncio.gather(*(bring(house, id_, "document") for _ in range(8)))
    assert len({file.blob.id for file in files}) == blobs_of(house) == 1
    assert media_at_hand(*place(house), source, "document") == files[0]
    assert files[0].filename == "ticket.pdf"
    assert await download_file(customer.http, files[0]) == PDF
    await house.restart_gateway()
    assert media_at_hand(*place(house), source, "document") is None
    assert await bring(house, id_, "document") == files[0]
    assert blobs_of(house) == 1


@pytest.mark.asyncio(loop_scope="module")
async def test_many_files_at_once_wait_for_their_turn_at_the_relay(shared_house: House) -> None:
    ids = [await upload(shared_house, PNG + bytes([number]), "image/png") for number in range(12)]
    files = await asyncio.gather(*(bring(shared_house, id_) for id_ in ids))
    assert len({file.blob.id for file in files}) == 12


@pytest.mark.asyncio(loop_scope="module")
async def test_a_copy_that_ends_within_a_day_is_brought_anew(shared_house: House) -> None:
    id_ = await upload(shared_house, PNG, "image/png")
    first = await bring(shared_house, id_)
    row = place(shared_house)[0].media.known[id_].row
    place(shared_house)[0].media.remember(
        msgspec.structs.replace(row, blob_expires_at=shared_house.clock.now() + DAY - 1)
    )
    assert media_at_hand(*place(shared_house), MediaSource(id=id_), "image") is None
    second = await bring(shared_house, id_)
    assert first.blob.id != second.blob.id
    assert first.blob.key == second.blob.key


@pytest.mark.asyncio(loop_scope="module")
async def test_the_pointer_says_what_the_message_type_has(shared_house: House) -> None:
    assert (
        await bring(shared_house, await upload(shared_house, MOVING_WEBP, "image/webp"), "sticker")
    ).animated is True
    assert (await bring(shared_house, await upload(shared_house, OGG, "audio/ogg"), "audio")).filename is None


@pytest.mark.asyncio(loop_scope="module")
async def test_an_id_that_does_not_fit_is_refused_at_the_door_and_later(shared_house: House) -> None:
    id_ = await upload(shared_house, PNG, "image/png")
    for wrong, kind, named in (
        (id_, "video", "got a file of type 'image/png', expected one of video/3gpp, video/mp4"),
        ("123456789012345", "image", "image.id: got '123456789012345'"),
        ("../../etc/passwd", "image", "image.id"),
        ("x" * 300, "image", "image.id"),
    ):
        for ask in (check_media, bring_media):
            with pytest.raises(ValueNotValid) as found:
                await ask(*place(shared_house), MediaSource(id=wrong), kind)
            assert named in found.value.details
    await check_media(*place(shared_house), MediaSource(id=id_), "image")


@pytest.mark.asyncio(loop_scope="module")
async def test_another_companys_file_is_not_there(shared_house: House) -> None:
    id_ = await upload(shared_house, PNG, "image/png")
    running, company = place(shared_house)
    await bring(shared_house, id_)
    stranger = Company(
        row=msgspec.structs.replace(company.row, id=company.id + 1),
        **{name: getattr(company, name) for name in ("device", "contacts", "app_secret", "metadata", "last_event")},
    )
    assert media_at_hand(running, stranger, MediaSource(id=id_), "image") is None
    with pytest.raises(ApiError):
        await bring_media(running, stranger, MediaSource(id=id_), "image")


async def test_a_relay_that_is_away_is_a_reason_to_try_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = await upload(house, PNG, "image/png")
    monkeypatch.setattr("handschlag.relay_client.media.wait_before", lambda *_args: 0.0)
    port = house.relay.port
    await house.relay.stop()
    with pytest.raises(RelayUnreachable):
        await bring(house, id_)
    house.restart_relay(port)
    await house.relay.start()
    assert (await bring(house, id_)).file_size == len(PNG)


async def test_a_file_store_that_is_away_is_a_reason_to_try_again_and_a_file_that_is_gone_is_none(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await upload(house, PNG, "image/png")
    objects = house.gateway.running.media.objects

    async def away(*_arguments: object) -> AsyncIterator[bytes]:
        raise ObjectStoreError("TimeoutError")
        yield b""

    with monkeypatch.context() as patched:
        patched.setattr(objects, "read", away)
        with pytest.raises(RelayUnreachable):
            await bring(house, id_)
    for path in (house.folder / "gateway/media").rglob("*"):
        if path.is_file():
            path.unlink()
    with pytest.raises(MediaFailed, match="not in the gateway's file store"):
        await bring(house, id_)


async def test_after_thirty_days_a_file_is_unknown_and_cleared_away_with_leftovers(house: House) -> None:
    id_ = await upload(house, PNG, "image/png")
    await house.call("POST", f"/{house.company.app_id}/uploads?file_length=9&file_type=image/png")
    _, node, _ = await house.call("GET", f"/v23.0/{id_}")
    running = house.gateway.running
    left = house.folder / "gateway/media/ab/ab0123"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"without a row")
    assert await clear_media(running) == 1
    assert not left.exists()
    house.clock.advance(301)
    status, content, _ = await fetch(house, node["url"])
    assert (status, b"which is over" in content) == (403, True)
    _, node, _ = await house.call("GET", f"/v23.0/{id_}")
    house.clock.advance(30 * DAY)
    status, answer, _ = await house.call("GET", f"/v23.0/{id_}")
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)
    with pytest.raises(ValueNotValid, match="has not expired"):
        await bring(house, id_)
    assert await clear_media(running) == 1
    assert not objects_of(house)
    assert await running.store.read(partial(find_media, id_=id_)) is None


async def test_what_a_crash_left_half_written_is_gone_after_the_next_start(house: House) -> None:
    left = house.folder / "gateway/media/ab/ab0123#1"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half")
    await house.restart_gateway()
    assert not left.exists()
