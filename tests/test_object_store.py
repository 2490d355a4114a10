"""Objects appear when they are whole, are read in part, and leave nothing when they are not finished."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from handschlag.gateway.settings import GatewaySettings
from handschlag.object_store import ObjectMissing, ObjectStore, ObjectStoreError
from handschlag.relay.settings import RelaySettings


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


async def read(store: ObjectStore, path: str, start: int, end: int) -> bytes:
    return b"".join([piece async for piece in store.read(path, start, end)])


async def test_an_object_is_read_whole_and_in_part_and_is_gone_when_it_is_deleted(tmp_path: Path) -> None:
    store = ObjectStore("", tmp_path / "objects")
    await store.write("ab/abc", pieces(b"0123", b"456789"))
    assert await read(store, "ab/abc", 0, 10) == b"0123456789"
    assert await read(store, "ab/abc", 3, 5) == b"34"
    assert await read(store, "ab/abc", 3, 3) == b""
    assert [found.path async for found in store.list("")] == ["ab/abc"]
    await store.delete("ab/abc", "ab/abc", "never/there")
    with pytest.raises(ObjectMissing):
        await read(store, "ab/abc", 0, 10)


async def test_an_object_whose_source_fails_or_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    store = ObjectStore("", tmp_path)

    async def failing() -> AsyncIterator[bytes]:
        yield bytes(6_000_000)
        raise ValueError("cut")

    with pytest.raises(ValueError, match="cut"):
        await store.write("ab/abc", failing())

    begun = asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield bytes(6_000_000)
        begun.set()
        await asyncio.sleep(30)

    task = asyncio.create_task(store.write("ab/abc", stuck()))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        while [path for path in tmp_path.rglob("*") if path.is_file()]:
            await asyncio.sleep(0.005)


async def test_a_path_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    store = ObjectStore("", tmp_path / "objects")
    with pytest.raises((ObjectMissing, ObjectStoreError, ValueError)):
        await read(store, "../secret", 0, 6)
    with pytest.raises((ObjectStoreError, ValueError)):
        await store.write("../written", pieces(b"x"))
    assert not (tmp_path / "written").exists()


async def test_what_a_crash_left_half_written_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    store = ObjectStore(f"file://{tmp_path}", tmp_path / "unused")
    await store.write("ab/abc", pieces(b"whole"))
    (tmp_path / "ab/def#1").write_bytes(b"half")
    assert await store.clear_unfinished() == 1
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["abc"]


@pytest.mark.parametrize("url", ["s3://bucket/prefix", "gs://bucket", "az://container/prefix"])
async def test_buckets_are_opened_without_being_asked(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    assert ObjectStore(url, tmp_path / "unused").folder is None
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("settings", [RelaySettings, GatewaySettings])
def test_another_kind_of_place_is_refused_by_the_setting(settings: type[RelaySettings | GatewaySettings]) -> None:
    settings(media_url="s3://bucket/prefix")
    for wrong in ("http://files.example", "memory://", "s3://", "/srv/files"):
        with pytest.raises(ValidationError, match="media_url"):
            settings(media_url=wrong)
